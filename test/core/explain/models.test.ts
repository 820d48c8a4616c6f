/** Grad-CAM and attention rollout of the models with a reference library: narrow ones, trained by it. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/core/engine/index.ts'
import {
  explainableLayer,
  gradcam,
  LayerGradients,
  ModelAttention,
  rollout,
  rolloutMap,
  upsample,
} from '../../../src/core/explain/index.ts'
import { modelNamed, readSafetensors, savedTensors } from '../../../src/core/models/index.ts'
import { weightSpecs } from '../../../src/core/training/index.ts'

const file = new URL('../../../fixtures/explain/models.safetensors', import.meta.url)
const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), 'models.safetensors')
const engine = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
afterAll(() => engine.release())

/** Part `at` of a golden tensor cut along its leading axes, of which `at` names one place each. */
function golden(name: string, ...at: number[]): Float32Array {
  const tensor = tensors.get(name)!
  if (tensor.dtype !== 'F32') throw new TypeError(name)
  const length = tensor.shape.slice(at.length).reduce((product, size) => product * size, 1)
  const index = at.reduce((place, i, axis) => place * tensor.shape[axis]! + i, 0)
  return tensor.data.subarray(index * length, (index + 1) * length)
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

function goldenModel(name: string) {
  const model =
    name === 'vit'
      ? modelNamed('vit', 48, 4, { configuration: { depth: 3, width: 24, heads: 3, patch: 8 } })
      : modelNamed('resnet18', 80, 4, { configuration: { width: 4 } })
  const weights = Object.fromEntries(savedTensors(model).map(tensor => [tensor.name, golden(`${name}/${tensor.name}`)]))
  return { model, state: engine.createState(weightSpecs(model), weights) }
}

const layers = [
  ['resnet18', 'layer4.1'],
  ['resnet18', 'layer2.0'],
  ['vit', 'blocks.2.norm1'],
  ['vit', 'blocks.1.norm1'],
] as const

describe.each(layers)('Grad-CAM of %s at %s agrees with pytorch-grad-cam', (name, layer) => {
  const { model, state } = goldenModel(name)
  const programs = new LayerGradients(engine, model, state.specs)

  it.each([0, 1])('image %i: logits and the map of every class', async image => {
    const found = await programs.of(state, Float32Array.from(golden(`${name}/images`, image)), layer, [0, 1, 2, 3])
    for (const [each, { logits, layer: looked }] of found.entries()) {
      expect(farthest(logits, golden(`${name}/logits`, image))).toBeLessThan(1e-4)
      const map = gradcam(looked)
      expect(farthest(map.map, golden(`${name}/${layer}/layerMaps`, image, each)), `class ${each}`).toBeLessThan(1e-3)
      if (!tensors.has(`${name}/${layer}/maps`)) continue
      const drawn = upsample(map.map, map, { height: model.size, width: model.size })
      expect(farthest(drawn, golden(`${name}/${layer}/maps`, image, each)), `class ${each}`).toBeLessThan(1e-3)
    }
  })
})

describe("attention rollout of ViT agrees with Abnar's own code", () => {
  const { model, state } = goldenModel('vit')
  const programs = new ModelAttention(engine, model, state.specs)

  it.each([0, 1])('image %i', async image => {
    const { logits, attention } = await programs.of(state, Float32Array.from(golden('vit/images', image)))
    expect(farthest(logits, golden('vit/logits', image))).toBeLessThan(1e-4)
    expect(attention).toMatchObject({ blocks: 3, tokens: 37 })
    const shares = golden('vit/rollout', image)
    expect(farthest(rollout(attention), shares)).toBeLessThan(1e-6)
    const { height, width, map, empty } = rolloutMap(attention)
    expect([height, width, empty]).toEqual([6, 6, false])
    expect(map.indexOf(Math.max(...map))).toBe(shares.indexOf(Math.max(...shares)))
  })

  it('a model without attention has none', async () => {
    const { model: other, state: weights } = goldenModel('resnet18')
    const found = new ModelAttention(engine, other, weights.specs).of(
      weights,
      Float32Array.from(golden('resnet18/images', 0)),
    )
    await expect(found).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('resnet18 has no attention'),
    })
  })
})

it('the first layer of each is the default', () => {
  expect(explainableLayer(goldenModel('resnet18').model, undefined)).toBe('layer4.1')
  expect(explainableLayer(goldenModel('vit').model, undefined)).toBe('blocks.2.norm1')
  expect(explainableLayer(modelNamed('vit', 256, 4), undefined)).toBe('blocks.11.norm1')
})
