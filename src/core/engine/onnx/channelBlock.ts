/**
 * How many channels lie side by side in the layout that onnxruntime's fastest convolutions take, `[batch, channels / block, height, width, block]`
 * (MLAS's NCHWc): 16 with AVX-512, 8 with AVX, by the processor that it runs on. It does not say, so it is asked to put an image into that order.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { IN_BLOCKS, OnnxModel } from './model.ts'

/** More than any block has. */
const CHANNELS = 64

let known: Promise<number> | undefined

/** Channels of a block; 0 where this onnxruntime, or this processor, has no such layout. Asked once a thread. */
export function channelBlock(): Promise<number> {
  known ??= measured().catch(() => 0)
  return known
}

async function measured(): Promise<number> {
  const model = new OnnxModel()
  const shape = [1, CHANNELS, 1, 2]
  const image = model.input({ name: 'image', shape, element: 'float32' })
  model.publish(model.op('ReorderInput', [image], {}, IN_BLOCKS), 'blocks')
  model.output({ name: 'blocks', shape, element: 'float32' })
  const session = await InferenceSession.create(model.serialise('channel block'), { logSeverityLevel: 4 })
  try {
    const pixels = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i)
    const { blocks } = await session.run({ image: new Tensor('float32', pixels, shape) })
    return (blocks!.data as Float32Array).indexOf(1) // the second pixel of the first channel comes after one of each channel
  } finally {
    await session.release()
  }
}
