/** Models as ONNX files: what onnxruntime makes of them, alone, is what PyTorch made of the same weights. */
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { type Model, modelNamed, onnxFile, readSafetensors, savedTensors } from '../../../src/core/models/index.ts'

function goldens(name: string) {
  const { tensors } = readSafetensors(readFileSync(new URL(`../../../fixtures/explain/${name}`, import.meta.url)), name)
  return (key: string) => tensors.get(key)!.data as Float32Array
}
const narrow = goldens('models.safetensors')
const small = goldens('gradcam.safetensors')

/** Each with its golden tensors. Four classes; two images are asked about. */
const cases = {
  cnn: { model: modelNamed('cnn', 16, 4), golden: small },
  resnet18: {
    model: modelNamed('resnet18', 80, 4, { configuration: { width: 4 } }),
    golden: (key: string) => narrow(`resnet18/${key}`),
  },
  vit: {
    model: modelNamed('vit', 48, 4, { configuration: { depth: 3, width: 24, heads: 3, patch: 8 } }),
    golden: (key: string) => narrow(`vit/${key}`),
  },
}
const classes = ['a', 'b', 'c', 'ü']

/** `[count, channels, size, size]`, as the metadata says. */
function prepared({ size, preprocessing: { mean, std } }: Model, grey: Float32Array, count: number): Tensor {
  const places = size * size
  const values = new Float32Array(count * mean.length * places)
  for (let image = 0; image < count; image++) {
    for (const [channel, average] of mean.entries()) {
      for (let at = 0; at < places; at++) {
        const value = (grey[image * places + at]! / 255 - average) / std[channel]!
        values[(image * mean.length + channel) * places + at] = value
      }
    }
  }
  return new Tensor('float32', values, [count, mean.length, size, size])
}

describe.each(Object.entries(cases))('%s as an ONNX file', (_, { model, golden }) => {
  const weights = Object.fromEntries(savedTensors(model).map(({ name }) => [name, golden(name)]))
  const bytes = onnxFile(model, weights, classes, { version: '1.2.3', origin: 'key' })

  it.each([1, 2])('gives the logits of PyTorch, %i images at once', async count => {
    const session = await InferenceSession.create(bytes)
    const { logits } = await session.run({ image: prepared(model, golden('images'), count) })
    expect(logits!.dims).toEqual([count, 4])
    for (const [i, value] of (logits!.data as Float32Array).entries()) expect(value).toBeCloseTo(golden('logits')[i]!, 4)
  })

  it('takes any number of images, and nothing else', async () => {
    const session = await InferenceSession.create(bytes)
    const shape = ['batch', model.preprocessing.mean.length, model.size, model.size]
    expect(session.inputMetadata).toMatchObject([{ name: 'image', type: 'float32', shape }])
    expect(session.outputMetadata).toMatchObject([{ name: 'logits', type: 'float32', shape: ['batch', 4] }])
  })

  it("holds ONNX's own operators only, and says what its classes and channels are", () => {
    const text = Buffer.from(bytes)
    expect(text.includes('com.microsoft')).toBe(false)
    for (const said of [JSON.stringify(classes), JSON.stringify(model.preprocessing), '1.2.3', model.name])
      expect(text.includes(said)).toBe(true)
  })
})
