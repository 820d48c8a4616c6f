/** Models for other runtimes: what onnxruntime makes of them, at any batch size, is what the engine makes of the definition. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { tensor1d } from '#tfjs'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { portableModel } from '../../../src/core/engine/onnx/portable.ts'
import * as p from '../../../src/core/engine/primitives.ts'
import type { Definition } from '../../../src/core/engine/program.ts'
import { randomStream } from '../../../src/core/shared/random.ts'

function numbers(count: number, seed: number): Float32Array {
  const stream = randomStream(seed, 'portable')
  return Float32Array.from({ length: count }, () => 2 * stream.uniform() - 1)
}

const float = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const

/** A small transformer over the patches of an image: convolution, tokens beside a class token, attention, a dense layer of one token. */
function small(batch: number): Definition {
  return {
    name: 'small',
    state: {
      filter: float([6, 2, 2, 2]),
      token: float([1, 1, 6]),
      norm: float([6]),
      shift: float([6]),
      head: float([3, 6]),
    },
    inputs: { image: float([batch, 2, 4, 4]) },
    compute(state, { image }) {
      const { filter, token, norm, shift, head } = state
      const grid = p.conv2d(p.transpose(image!, [0, 2, 3, 1]), filter!, null, { stride: 2 }) // [b, 2, 2, 6]
      const tokens = p.concat([p.expand(token!, [batch, 1, 6]), p.reshape(grid, [batch, 4, 6])], 1) // [b, 5, 6]
      const x = p.splitHeads(p.layerNorm(tokens, norm!, shift!), 2)
      const y = p.mergeHeads(p.attention(x, x, x).y)
      const first = p.reshape(p.slice(p.linear(y, head!, null), [0, 0, 0], [batch, 1, 3]), [batch, 3])
      return { outputs: { scores: p.gelu(first) } }
    },
  }
}

const state = {
  filter: numbers(48, 1),
  token: numbers(6, 2),
  norm: numbers(6, 3),
  shift: numbers(6, 4),
  head: numbers(18, 5),
}

describe('a definition as a model of its own', () => {
  const bytes = portableModel(small, state, { metadata: { classes: '["a"]' } })

  it.each([1, 2, 5])('answers for %i images at once as the reference does', async batch => {
    const engine = referenceEngine('test')
    const image = numbers(batch * 32, 6)
    const program = await engine.compile(small(batch))
    const { specs } = engine.createState(small(batch).state, state)
    const expected = await program.run(engine.createState(specs, state), { image })
    const session = await InferenceSession.create(bytes)
    const { scores } = await session.run({ image: new Tensor('float32', image, [batch, 2, 4, 4]) })
    expect(scores!.dims).toEqual([batch, 3])
    for (const [i, value] of (scores!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected.scores![i]!, 5)
  })

  it('names the open axis, and takes nothing but the image', async () => {
    const session = await InferenceSession.create(bytes)
    expect(session.inputNames).toEqual(['image'])
    expect(session.inputMetadata[0]).toMatchObject({ name: 'image', type: 'float32', shape: ['batch', 2, 4, 4] })
    expect(session.outputMetadata[0]).toMatchObject({ name: 'scores', shape: ['batch', 3] })
  })

  it("uses ONNX's own operators alone", () => {
    expect(Buffer.from(bytes).includes('com.microsoft')).toBe(false)
  })
})

it('refuses what cannot follow an open batch', () => {
  const ramp = (batch: number): Definition => ({
    name: 'ramp',
    state: {},
    inputs: { image: float([batch, 1]) },
    compute: (_, { image }) => ({
      outputs: { y: p.mul(image!, p.reshape(tensor1d(Array.from({ length: batch }, (_, i) => i)), [batch, 1])) },
    }),
  })
  expect(() => portableModel(ramp, {}, {})).toThrow(/ramp: cannot be written for any batch size/)
})
