/** A trained model as an ONNX file for other programs: onnxruntime, onnx.js, OpenVINO. */
import { type Definition, portableModel } from '../engine/index.ts'
import { slice, transpose } from '../engine/primitives.ts'
import { type Model, savedTensors } from './model.ts'

/**
 * The model in evaluation mode, weights inside, ONNX's own operators only. Input `image`, float32 `[batch, channels, size, size]`: grey pixels resized to the
 * model's size, divided by 255, the same in every channel, then (x - mean) / std. Output `logits`, float32 `[batch, classes]`. Any batch size.
 * Metadata: `model`, `size`, `classes` (a JSON list in the order of the logits), `preprocessing` (JSON: mean and std of each channel),
 * `configuration` (JSON), and `origin` where it is given.
 */
export function onnxFile(
  model: Model,
  weights: Readonly<Record<string, Float32Array>>,
  classes: readonly string[],
  { version, origin }: { readonly version: string; readonly origin?: string },
): Uint8Array {
  const metadata = {
    model: model.name,
    size: String(model.size),
    classes: JSON.stringify(classes),
    preprocessing: JSON.stringify(model.preprocessing),
    configuration: JSON.stringify(model.configuration),
    ...(origin === undefined ? {} : { origin }),
  }
  return portableModel(batch => network(model, batch), weights, { producerVersion: version, metadata })
}

function network(model: Model, batch: number): Definition {
  const { size, preprocessing } = model
  const channels = preprocessing.mean.length
  return {
    name: model.name,
    state: Object.fromEntries(savedTensors(model).map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    inputs: { image: { shape: [batch, channels, size, size], dtype: 'float32' } },
    compute(state, inputs) {
      const image = transpose(inputs.image!, [0, 2, 3, 1]) // [b, s, s, c]
      const pixels = slice(image, [0, 0, 0, 0], [batch, size, size, 1]) // stands for those that were normalised
      const logits = model.logits(state, pixels, (name, result) => (name === 'image' ? image : result))
      return { outputs: { logits } }
    },
  }
}
