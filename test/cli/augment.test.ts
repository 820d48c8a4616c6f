import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { runLab, workingFolder } from './program.ts'

const fixtures = new URL('../../fixtures/augmentation/', import.meta.url)
const SMALL = fileURLToPath(new URL('images/small.png', fixtures))
const golden = JSON.parse(readFileSync(new URL('autoaugment.golden.json', fixtures), 'utf8')) as {
  pixels: Record<string, string>
}

async function pixels(file: string) {
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { bytes: [...data], width: info.width, height: info.height }
}

describe('mri-lab augment', () => {
  it("--op writes the operation's pixels as an 8-bit grey PNG", async () => {
    const cwd = workingFolder()
    const { code, stdout } = await runLab(
      ['augment', SMALL, '--op', 'rotate', '--magnitude', '9', '--sign', '-1', '--out', 'out.png', '--json'],
      cwd,
    )
    expect(code).toBe(0)
    const record = { operation: 'Rotate', magnitude: 9, sign: -1, value: -30, width: 13, height: 11, out: 'out.png' }
    expect(JSON.parse(stdout)).toEqual({ image: SMALL, ...record })
    const expected = [...Buffer.from(golden.pixels['Rotate 9 -1']!, 'base64')]
    expect(await pixels(join(cwd, 'out.png'))).toEqual({ bytes: expected, width: 13, height: 11 })
    expect(await sharp(join(cwd, 'out.png')).metadata()).toMatchObject({ format: 'png', depth: 'uchar', channels: 1 })
  })

  it('--policy draws the same again under one seed, tells the steps, and makes a sheet of several', async () => {
    const cwd = workingFolder()
    const drawn = async (out: string, ...more: string[]) => {
      const args = ['augment', SMALL, '--policy', 'autoaugment', '--seed', '5', ...more, '--out', out, '--json']
      const { code, stdout } = await runLab(args, cwd)
      expect(code).toBe(0)
      return JSON.parse(stdout) as { draws: { operation: string; magnitude: number | null; sign: number }[][] }
    }
    const one = await drawn('one.png')
    const several = await drawn('several.png', '--count', '6')
    expect(several.draws).toHaveLength(6)
    expect(several.draws[0]).toEqual(one.draws[0])
    expect(await pixels(join(cwd, 'one.png'))).toMatchObject({ width: 13, height: 11 })
    const sheet = await sharp(join(cwd, 'several.png')).metadata()
    expect(sheet).toMatchObject({ format: 'png', channels: 1 })
    expect(sheet.width).toBeGreaterThan(3 * 192)
  })

  it('--each shows the operations of a policy, also of one that a spec writes out', async () => {
    const cwd = workingFolder()
    const policies = [
      'none',
      { name: 'mine', subPolicies: [[['ShearY', 0.5, 3]], [['ShearY', 0.5, 6]], [['Invert', 1, null]]] },
    ]
    const spec = { dataset: 'x', models: ['cnn'], policies, scenarios: [{ name: 'a', real: 1 }] }
    writeFileSync(join(cwd, 'spec.json'), JSON.stringify(spec))
    const { code, stdout } = await runLab(
      ['augment', SMALL, '--each', '--policy', 'spec.json:mine', '--out', 'each.png', '--json'],
      cwd,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      operations: [
        { operation: 'ShearY', magnitude: 6, sign: 1 },
        { operation: 'Invert', magnitude: null, sign: 1 },
      ],
    })
    expect((await sharp(join(cwd, 'each.png')).metadata()).width).toBeGreaterThan(2 * 192)
    const other = await runLab(['augment', SMALL, '--policy', 'spec.json:other', '--out', 'x.png'], cwd)
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("no policy 'other'; it has none, mine") })
  })

  it('refuses what it cannot do, and says what is missing', async () => {
    const cwd = workingFolder()
    const cases = [
      [['--op', 'Blur', '--out', 'x.png'], 2, "--op: 'Blur' is none of ShearX"],
      [['--op', 'Rotate', '--out', 'x.png'], 2, 'give --magnitude from 0 to 9'],
      [['--op', 'Rotate', '--magnitude', '10', '--out', 'x.png'], 2, '--magnitude'],
      [['--op', 'Rotate', '--magnitude', '1'], 2, 'give --out'],
      [['--out', 'x.png'], 2, 'give --op NAME'],
      [['--op', 'Invert', '--policy', 'flip', '--out', 'x.png'], 2, 'give --op NAME'],
      [['--policy', 'none', '--each', '--out', 'x.png'], 2, 'no operations'],
      [['--op', 'Invert', '--out', 'no/such/folder/x.png'], 1, 'cannot write'],
    ] as const
    const ended = await Promise.all(cases.map(([args]) => runLab(['augment', SMALL, ...args], cwd)))
    for (const [i, [, code, words]] of cases.entries())
      expect(ended[i]).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) })
  })

  it('says which file is no image', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'x.png'), 'no image')
    const ended = await runLab(['augment', 'x.png', '--op', 'Invert', '--out', 'y.png'], cwd)
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('x.png') })
  })
})
