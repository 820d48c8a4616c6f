/** `synth fidelity` and `gradcam --pairs` through the program itself, on drawn heads and their morphs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runLab } from './program.ts'

let cwd = ''
const SPEC = {
  ...{ name: 'tiny', dataset: 'heads', split: 'grouped', splits: 1, models: ['cnn'], policies: ['none'] },
  scenarios: [
    { name: '50/0', real: 0.5 },
    { name: '50/30', real: 0.5, synthetic: 0.3, generator: 'morph', classes: ['MildDemented', 'ModerateDemented'] },
  ],
  ...{ runs: 1, epochs: 1, batch: 8, size: 16 },
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-fidelity-'))
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  await json('data', 'phantom', 'heads', '--images', '48', '--seed', '2')
  await json('synth', 'run', '--spec', 'spec.json')
  const ran = await runLab(['run', 'spec.json', '--workers', '1', '--quiet'], cwd)
  expect(ran).toMatchObject({ code: 0 })
}, 60_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const FIDELITY = ['synth', 'fidelity', '--dataset', 'heads', '--generator', 'morph']

describe('synth fidelity', () => {
  it('measures the images of a generator, the same again, and writes a page of them', async () => {
    const found = await json(...FIDELITY, '--sheet', 'sheet.png')
    const bank = await json('synth', 'list', '--generator', 'morph')
    expect(found).toMatchObject({ dataset: 'heads', split: 'grouped', generator: 'morph', seed: 1, groups: 'phantom' })
    expect(found.images.map(({ id }: { id: number }) => id)).toEqual(bank.map(({ id }: { id: number }) => id))
    expect(found.nearest).toMatchObject({ images: bank.length, withParents: bank.length })
    expect(found.synthetic.map((row: { class: string | null }) => row.class)).toEqual([
      'MildDemented',
      'ModerateDemented',
      null,
    ])
    expect(found.classesWithout).toEqual(['NonDemented', 'VeryMildDemented'])
    expect(found.featureSpace.name).toContain('principal components')
    expect(found.synthetic[0].agreement).toBeNull()
    const { width, height } = await sharp(join(cwd, 'sheet.png')).metadata()
    expect([width, height]).toEqual([expect.any(Number), expect.any(Number)])
    expect(height).toBeGreaterThan(2 * 128)
    expect(await json(...FIDELITY)).toEqual(found)
  })

  it('says in plain lines what the numbers mean, and what a classifier can learn from two classes', async () => {
    const { code, stdout } = await runLab([...FIDELITY, '--quiet'], cwd)
    expect(code).toBe(0)
    for (const words of [
      'KID:',
      'precision:',
      'density:',
      'detector:',
      'copies of other images:',
      'near what they were made from:',
      'nearer to a validation image',
    ])
      expect(stdout).toContain(words)
    expect(stdout).toContain("'synthetic means MildDemented or ModerateDemented'")
    expect(stdout).not.toMatch(/\bFID\b/)
  })

  it("looks with a run's classifier, and asks it for the labels", async () => {
    const found = await json(...FIDELITY, '--run', '1')
    expect(found.featureSpace).toEqual({ name: 'penultimate layer of run 1 (cnn)', width: 64, run: 1 })
    const all = found.synthetic.at(-1)
    expect(all.agreement).toMatchObject({ images: all.images })
    expect(all.agreement.share).toBeGreaterThanOrEqual(all.agreement.low)
    expect(found.validation.at(-1).agreement.images).toBe(found.validation.at(-1).images)
  })

  it.each([
    [['--dataset', 'heads'], 2, 'give --dataset NAME and --generator NAME'],
    [['--dataset', 'nothing', '--generator', 'morph'], 2, 'no dataset named nothing'],
    [['--dataset', 'heads', '--generator', 'painter'], 2, "the bank has no images of 'painter' for heads"],
    [['--dataset', 'heads', '--generator', 'morph', '--run', '9'], 2, 'no run 9'],
    [['--dataset', 'heads', '--generator', 'morph', '--run', '2'], 2, 'run 2 was trained on synthetic images too'],
  ])('%j exits %i', async (flags, code, words) => {
    const ended = await runLab(['synth', 'fidelity', ...flags], cwd)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toContain(words)
  })
})

describe('gradcam --pairs', () => {
  it('shows a synthetic image beside the training image that it was made from, and a validation image where the bank has none', async () => {
    const found = await json('gradcam', '--run', '2', '--pairs', '--out', 'pairs.png')
    const bank = await json('synth', 'list')
    const [moderate, healthy] = found.pairs
    const first = bank.find((image: { class: string }) => image.class === 'ModerateDemented')
    expect(moderate).toMatchObject({ class: 'ModerateDemented', synthetic: { image: `bank:${first.id}` } })
    expect(moderate.real.image).toMatch(/^heads:train:\d+$/)
    expect(moderate.realSynthetic).toHaveLength(2)
    expect(healthy).toMatchObject({ class: 'NonDemented', real: { image: 'heads:validation:0' }, synthetic: null })
    expect(found.notes).toEqual([expect.stringContaining('made by morph'), expect.stringContaining('NonDemented')])
    expect((await sharp(join(cwd, 'pairs.png')).metadata()).width).toBeGreaterThan(6 * 320)
  })

  it.each([
    [['--pairs', '--generator', 'painter'], "no images of 'painter'"],
    [['--image', 'bank:1', '--generator', 'morph'], '--generator goes with --pairs'],
  ])('%j exits 2', async (flags, words) => {
    const ended = await runLab(['gradcam', '--run', '2', ...flags], cwd)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(words)
  })
})
