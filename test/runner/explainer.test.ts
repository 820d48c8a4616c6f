/** Explaining away from the caller's thread gives what the engine gives here. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importDataset, resizeBilinear } from '../../src/core/dataset/index.ts'
import { createEngine } from '../../src/core/engine/index.ts'
import { explainClass, randomisationCheck, trainedModel } from '../../src/core/explain/index.ts'
import { readCheckpoint } from '../../src/core/models/index.ts'
import { parseSpec } from '../../src/core/study/index.ts'
import { encodeGreyFile } from '../../src/core/synthesis/index.ts'
import { createExplainer, type Explainer, prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { openStore, type Store } from '../../src/store/index.ts'

const sample = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-explain-'))
let store: Store
let explainer: Explainer

beforeAll(async () => {
  store = openStore(join(folder, 'lab.db'), { now: () => new Date(0), mode: 'write' })
  const { dataset, pixels } = await importDataset({ name: 'sample', paths: [sample], seed: 1 })
  store.files.write(pixels)
  store.datasets.add(dataset)
  const scenarios = [{ name: '100/0', real: 1 }]
  const json = { name: 's', dataset: 'sample', models: ['cnn'], policies: ['none'], scenarios, runs: 2, epochs: 1, size: 16 }
  prepareStudy(store, parseSpec(json, 'test'), { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' })
  const vit = { vit: { depth: 2, width: 24, heads: 2, patch: 4 } }
  const attentive = { ...json, name: 'attentive', models: ['vit'], runs: 1, configuration: vit }
  prepareStudy(store, parseSpec(attentive, 'test'), { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' })
  await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
  explainer = createExplainer(store, 'test')
})
afterAll(async () => {
  await explainer.close()
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the explainer', () => {
  it('answers for the predicted class, with map, picture and probabilities', async () => {
    const found = await explainer.explain({ run: 1, image: 3 })
    expect(found).toMatchObject({ size: 16, layer: 'conv2', layers: ['conv2', 'conv1'] })
    expect(found.pixels).toHaveLength(256)
    expect(found.map).toMatchObject({ height: 8, width: 8 })
    expect(found.drawn).toHaveLength(256)
    const [best] = Object.entries(found.probabilities).sort(([, a], [, b]) => b - a)[0]!
    expect(found.class).toBe(best)
    const validation = store.datasets.get('sample')!.images.filter(image => image.part === 'validation')
    expect(found.label).toBe(store.datasets.get('sample')!.classes[validation[3]!.label])
  })

  it('rolls out the attention of a model that has some, the same for every class', async () => {
    const found = await explainer.explain({ run: 3, image: 0 })
    expect(found).toMatchObject({ layer: 'blocks.1.norm1', layers: ['blocks.1.norm1', 'blocks.0.norm1', 'attention'] })
    const attention = await explainer.explain({ run: 3, image: 0, layer: 'attention' })
    expect(attention).toMatchObject({ layer: 'attention', map: { height: 4, width: 4, empty: false } })
    expect(attention.map).not.toEqual(found.map)
    const other = await explainer.explain({ run: 3, image: 0, layer: 'attention', class: 'MildDemented' })
    expect(other.map).toEqual(attention.map)
  })

  it('draws weights anew, one draw at a time: together they are the check of the command line', async () => {
    // Attention is never empty, so that every draw can be compared.
    const asked = { run: 3, image: 3, layer: 'attention' }
    const draws = [await explainer.randomised(asked, 0), await explainer.randomised(asked, 1)]
    const dataset = store.datasets.get('sample')!
    const { width, height, offset } = dataset.images.filter(image => image.part === 'validation')[3]!
    const native = store.files.read(dataset.pixels).subarray(offset, offset + width * height)
    const engine = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
    const checkpoint = readCheckpoint(store.files.read(store.runs.get(3)!.result!.weights), 'run 3')
    const trained = trainedModel(engine, 'vit', checkpoint, dataset.classes, 'run 3')
    const pixels = Float32Array.from(resizeBilinear(native, width, height, 16, 16))
    const explained = await explainClass(trained, pixels, { method: 'rollout' })
    const both = await randomisationCheck(trained, pixels, explained, { draws: 2 })
    await trained.release()
    expect((draws[0]!.all! + draws[1]!.all!) / 2).toBeCloseTo(both.all!, 6)
    expect((draws[0]!.head! + draws[1]!.head!) / 2).toBeCloseTo(both.head!, 6)
    expect(draws[0]!.all).not.toEqual(draws[1]!.all)
  })

  it('keeps questions apart that are asked at once, of several runs and classes', async () => {
    const asked = [
      { run: 1, image: 0, class: 'NonDemented' },
      { run: 2, image: 0, class: 'ModerateDemented', layer: 'conv1' },
      { run: 1, image: 5, class: 'MildDemented' },
    ]
    const together = await Promise.all(asked.map(each => explainer.explain(each)))
    for (const [i, each] of asked.entries()) {
      expect(together[i]!.class).toBe(each.class)
      expect(await explainer.explain(each)).toEqual(together[i])
    }
    expect(together[1]!.map).toMatchObject({ height: 16, width: 16 })
  })

  it('predicts for many images what it answers for each', async () => {
    const some = await explainer.predictions(1, 2, 5)
    expect(some).toHaveLength(5)
    for (const [i, predicted] of some.entries()) {
      expect((await explainer.explain({ run: 1, image: 2 + i })).class).toBe(predicted)
    }
    expect(await explainer.predictions(1, 100, 999)).toHaveLength(4)
    expect(await explainer.predictions(1, 104, 9)).toEqual([])
  })

  it('explains a bank image and its source', async () => {
    const source = store.datasets.get('sample')!.images.find(image => image.part === 'train')!
    const pixels = { width: 20, height: 24, pixels: Uint8Array.from({ length: 480 }, (_, i) => i % 251) }
    const sha256 = store.files.write(encodeGreyFile(pixels))
    const [bank] = store.bank.add([
      {
        ...{ dataset: 'sample', generator: 'morph', class: 'MildDemented', parents: [source.sha256], trainedOn: [] },
        ...{ variation: 1, parameters: {}, cost: 0, terms: null, sha256, width: 20, height: 24 },
      },
    ])
    const made = await explainer.explain({ run: 1, image: { bank: bank!, side: 'made' } })
    expect(made.label).toBe('MildDemented')
    expect(Buffer.from(made.pixels)).toEqual(Buffer.from(resizeBilinear(pixels.pixels, 20, 24, 16, 16)))
    const real = await explainer.explain({ run: 1, image: { bank: bank!, side: 'source' } })
    expect(real.label).toBe(store.datasets.get('sample')!.classes[source.label])
    await expect(explainer.explain({ run: 1, image: { bank: 99, side: 'made' } })).rejects.toThrow(/no bank image 99/)
  })

  it('says what is wrong: no such run, image, class or layer', async () => {
    await expect(explainer.explain({ run: 9, image: 0 })).rejects.toThrow(/no run 9/)
    await expect(explainer.explain({ run: 1, image: 999 })).rejects.toThrow(/no validation image 999/)
    await expect(explainer.explain({ run: 1, image: 0, class: 'X' })).rejects.toThrow(/no class 'X'/)
    await expect(explainer.explain({ run: 1, image: 0, layer: 'fc1' })).rejects.toThrow(/no layer 'fc1'/)
  })
})
