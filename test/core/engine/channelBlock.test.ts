import { expect, it } from 'vitest'
import { channelBlock } from '../../../src/core/engine/onnx/channelBlock.ts'
import { lower } from '../../../src/core/engine/onnx/lower.ts'
import { optimise } from '../../../src/core/engine/passes/index.ts'
import { conv2d } from '../../../src/core/engine/primitives.ts'
import type { Definition } from '../../../src/core/engine/program.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'

const definition: Definition = {
  name: 'a convolution',
  state: { filter: { shape: [32, 16, 3, 3], dtype: 'float32' } },
  inputs: { image: { shape: [2, 64, 64, 16], dtype: 'float32' } },
  compute: (state, { image }) => ({
    outputs: { y: conv2d(image!, state.filter!, null, { stride: 1, padding: 1 }) },
  }),
}

it('is a size that whole vectors have, or none', async () => {
  expect([0, 4, 8, 16, 32]).toContain(await channelBlock())
})

it('decides which convolution is lowered: none in blocks where it is 0, or where channels do not fill blocks', () => {
  const text = (block: number): string =>
    Buffer.from(lower(optimise(trace(definition), 'cpu'), definition.name, 'cpu', block).bytes).toString('latin1')
  expect(text(16)).toContain('nchwc')
  expect(text(0)).not.toContain('nchwc')
  expect(text(64)).not.toContain('nchwc')
})
