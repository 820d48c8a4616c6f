import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { createEngine } from '../../../src/core/engine/index.ts'
import { explainableLayer, gradcam, LayerGradients, PREDICTED, upsample } from '../../../src/core/explain/index.ts'
import { modelNamed, readSafetensors } from '../../../src/core/models/index.ts'
import { trainingSpecs, weightSpecs } from '../../../src/core/training/index.ts'

const file = new URL('../../../fixtures/explain/gradcam.safetensors', import.meta.url)
const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), 'gradcam.safetensors')
const floats = (name: string) => tensors.get(name)!.data as Float32Array
const model = modelNamed('cnn', 16, 4)
const weights = Object.fromEntries(model.parameters.map(({ name }) => [name, floats(name)]))

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

const engines = [
  ['onnx-cpu', () => createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })],
  ['reference', async () => referenceEngine('test')],
] as const

describe.each(engines)('what is asked of the programs on %s', (_, create) => {
  const pixels = floats('images').slice(0, 256)

  it('the class of the largest logit', async () => {
    const engine = await create()
    const state = engine.createState(weightSpecs(model), weights)
    for (const image of [0, 1, 2, 3]) {
      const layers = new LayerGradients(engine, model, state.specs)
      const pixels = floats('images').slice(image * 256, (image + 1) * 256)
      const [found] = await layers.of(state, pixels, 'conv2', [PREDICTED])
      const predicted = found!.logits.indexOf(Math.max(...found!.logits))
      const [same, other] = await layers.of(state, pixels, 'conv2', [predicted, (predicted + 1) % 4])
      expect(found).toEqual(same)
      expect(found).not.toEqual(other)
    }
  })

  it("a state with Adam's moments beside the weights", async () => {
    const engine = await create()
    const state = engine.createState(trainingSpecs(model), weights)
    const [found] = await new LayerGradients(engine, model, state.specs).of(state, pixels, 'conv1', [2])
    expect(found!.layer).toMatchObject({ height: 16, width: 16, channels: 32 })
    const alone = engine.createState(weightSpecs(model), weights)
    expect((await new LayerGradients(engine, model, alone.specs).of(alone, pixels, 'conv1', [2]))[0]).toEqual(found)
  })
})

describe.each(engines)('Grad-CAM of the CNN on %s agrees with pytorch-grad-cam', (_, create) => {
  it('logits, activations, gradients and maps of every image and class', async () => {
    const engine = await create()
    const state = engine.createState(weightSpecs(model), weights)
    for (const image of [0, 1, 2, 3]) {
      const pixels = floats('images').slice(image * 256, (image + 1) * 256)
      const results = await new LayerGradients(engine, model, state.specs).of(state, pixels, 'conv2', [0, 1, 2, 3])
      for (const [each, { logits, layer }] of results.entries()) {
        expect(farthest(logits, floats('logits').slice(image * 4, image * 4 + 4))).toBeLessThan(1e-5)
        expect(farthest(layer.activations, floats('activations').slice(image * 4096, (image + 1) * 4096))).toBeLessThan(1e-5)
        const { map, height, width } = gradcam(layer)
        const drawn = upsample(map, { height, width }, { height: 16, width: 16 })
        const at = (image * 4 + each) * 256
        expect(farthest(drawn, floats('maps').slice(at, at + 256)), `image ${image}, class ${each}`).toBeLessThan(1e-3)
      }
    }
  })
})

it('names the layers there are when asked for another', () => {
  expect(() => explainableLayer(model, 'conv9')).toThrow(/conv2, conv1/)
  expect(explainableLayer(model, undefined)).toBe('conv2')
})
