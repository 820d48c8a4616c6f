/** Finished runs trained again by the program: on real images, on a bank's, on copies; beside a history that somebody changed; on another engine. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runLab } from './program.ts'

let cwd = ''
const SPEC = {
  ...{ name: 'tiny', dataset: 'toy', split: 'random', models: ['cnn'], policies: ['autoaugment'], controls: true },
  scenarios: [
    { name: '100/0', real: 1 },
    { name: '80/50', real: 0.8, synthetic: 0.5, generator: 'morph' },
  ],
  ...{ runs: 1, epochs: 2, batch: 8, size: 8 },
}

async function writeImages(folder: string, count: number): Promise<void> {
  for (const [label, side] of [['NonDemented', 0] as const, ['MildDemented', 1] as const]) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < count; i++) {
      const grey = Buffer.alloc(256, i)
      for (let at = 0; at < 256; at++) if (Number(at % 16 >= 8) === side) grey[at] = 120 + 5 * i
      const png = sharp(grey, { raw: { width: 16, height: 16, channels: 1 } }).png()
      await png.toFile(join(folder, label, `${i}.png`))
    }
  }
}

const lab = (...args: string[]) => runLab([...args, '--quiet'], cwd)
async function json(...args: string[]) {
  const { code, stdout, stderr } = await lab(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-reproduce-'))
  await writeImages(join(cwd, 'images'), 15)
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  await json('data', 'add', 'toy', 'images', '--split', 'random')
  await json('synth', 'run', '--spec', 'spec.json')
  expect(await lab('run', 'spec.json', '--workers', '1', '--threads', '1')).toMatchObject({ code: 0 })
}, 120_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** As somebody with another program would. */
function change(sql: string): void {
  const raw = new Database(join(cwd, 'lab.db'))
  raw.exec(sql)
  raw.close()
}

describe.sequential('reproduce', () => {
  it.each(['100/0', '80/50', '80/50 control'])('%s: bit-equal, and nothing stored changes', async scenario => {
    const [run] = await json('runs', '--scenario', scenario)
    const before = await json('runs', 'show', String(run.id))
    const size = statSync(join(cwd, 'lab.db')).size
    const found = await json('reproduce', String(run.id))
    expect(found).toMatchObject({
      run: run.id,
      verdict: 'bit-equal',
      differences: [],
      first: null,
      otherwise: [],
      epochs: 2,
    })
    expect(await json('runs', 'show', String(run.id))).toEqual(before)
    expect(statSync(join(cwd, 'lab.db')).size).toBe(size)
    expect((await json('db', 'check')).ok).toBe(true)
  })

  it('says it in words; runs reproduce is the same command', async () => {
    const said = {
      code: 0,
      stdout: 'run 1: bit-equal: 2 epochs, all metrics and the weights are the same to the last bit\n',
    }
    expect(await lab('reproduce', '1')).toMatchObject(said)
    expect(await lab('runs', 'reproduce', '1')).toMatchObject(said)
  })

  it('on another engine: equal within tolerance, and what was other', async () => {
    const found = await json('reproduce', '1', '--engine', 'reference')
    expect(found).toMatchObject({
      verdict: 'within tolerance',
      setting: { stored: { engine: 'onnx-cpu' }, again: { engine: 'reference' } },
    })
    expect(found.otherwise).toEqual(['engine', 'lowering', 'versions.onnxruntime'])
    expect(found.greatest).toBeGreaterThan(0)
    expect(found.greatest).toBeLessThan(1e-4)
    expect(['trainLoss', 'validationLoss']).toContain(found.first.quantity) // whichever rounding shows in first
    expect(found.first.epoch).toBe(1)
  }, 120_000)

  it('tells where a history was changed, to the last bit, and exits 1', async () => {
    const stored = (await json('runs', 'show', '1')).history[1].validationLoss
    change('UPDATE epochs SET validation_loss = validation_loss + 1e-9 WHERE run = 1 AND epoch = 2')
    const told = await lab('reproduce', '1', '--json')
    expect(told.code).toBe(1)
    expect(told.stderr).toMatch(/^mri-lab: run 1 trained again is another: first at epoch 2, validationLoss: /)
    expect(JSON.parse(told.stdout)).toMatchObject({
      verdict: 'different',
      differenceCount: 1,
      first: { epoch: 2, quantity: 'validationLoss', again: stored },
    })
    change('UPDATE epochs SET validation_loss = validation_loss + 1 WHERE run = 1 AND epoch = 1')
    const more = await lab('reproduce', '1', '--threads', '2')
    expect(more).toMatchObject({ code: 1, stderr: expect.stringContaining('first at epoch 1, validationLoss') })
    expect(more.stdout).toContain('threads: 1 then, 2 now')
  })

  it.each([
    [['9'], 2, /no run 9/, ''],
    [['2'], 3, /nobody knows which images/, 'DELETE FROM training WHERE run = 2'],
    [
      ['3'],
      3,
      /provenance lacks settings/,
      `UPDATE provenance SET record = json_remove(record, '$.settings') WHERE run = 3`,
    ],
  ] as const)('%j exits %i', async (args, code, line, sql) => {
    if (sql !== '') change(sql)
    const ended = await lab('reproduce', ...args)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(line)
  })
})
