/** Runs a function of tensors, and its gradients, on the traced engine and on tfjs's own CPU backend, and compares. */
import fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect } from 'vitest'
import * as tf from '#tfjs'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import type { Definition, Engine, Shape } from '../../../src/core/engine/index.ts'
import { sizeOf } from '../../../src/core/engine/index.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import { lower } from '../../../src/core/engine/onnx/lower.ts'
import { optimise } from '../../../src/core/engine/passes/index.ts'
import { valueAndGradients } from '../../../src/core/engine/primitives.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'
import { randomStream } from '../../../src/core/shared/random.ts'

const reference = referenceEngine('test')
const traced = onnxCpuEngine({ threads: 1, device: 'test' })

type Tensors = Record<string, tf.Tensor>
type Values = Float32Array | Int32Array

/** Values in (-1, 1) at a resolution of 1/64, so that ties and zeros occur. */
export function values(shape: Shape, name: string): Float32Array {
  const stream = randomStream(7, name, ...shape)
  return Float32Array.from({ length: sizeOf(shape) }, () => Math.round((2 * stream.uniform() - 1) * 64) / 64)
}

export interface Options {
  /** Whether to compare gradients of a weighted sum of the result too, with respect to all float inputs. Default: true. */
  readonly gradients?: boolean
  /** Allowed difference over the largest magnitude of a tensor, or over 1. Default: 1e-4. */
  readonly tolerance?: number
  /** Values for some of the inputs; Int32Arrays have no gradient. */
  readonly given?: Readonly<Record<string, Values>>
}

/** Runs `f` on both engines, and lowered for GPUs on onnxruntime's processor kernels, which shows that those rules are right, if not fast. */
export async function agree(
  inputs: Record<string, Shape>,
  f: (inputs: Tensors) => tf.Tensor,
  options: Options = {},
): Promise<void> {
  const { definition, fed } = underTest(inputs, f, options)
  const { tolerance = 1e-4 } = options
  const expected = await run(reference, definition, fed)
  compare(await run(traced, definition, fed), expected, tolerance, '')
  compare(await runForGpu(definition, fed), expected, tolerance, ', lowered for GPUs')
}

/** As `agree`, on an engine of the caller's. */
export async function agreeOn(
  engine: Engine,
  inputs: Record<string, Shape>,
  f: (inputs: Tensors) => tf.Tensor,
  options: Options = {},
): Promise<void> {
  const { definition, fed } = underTest(inputs, f, options)
  const { tolerance = 1e-4 } = options
  compare(await run(engine, definition, fed), await run(reference, definition, fed), tolerance, '')
}

function underTest(
  inputs: Record<string, Shape>,
  f: (inputs: Tensors) => tf.Tensor,
  { gradients = true, given = {} }: Options,
): { definition: Definition; fed: Record<string, Values> } {
  const fed = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, given[name] ?? values(shape, name)]))
  const definition: Definition = {
    name: 'under test',
    state: {},
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [
        name,
        { shape, dtype: fed[name] instanceof Int32Array ? ('int32' as const) : ('float32' as const) },
      ]),
    ),
    compute(_, tensors) {
      if (!gradients) return { outputs: { result: f(tensors) } }
      const floats = Object.fromEntries(Object.entries(tensors).filter(([, tensor]) => tensor.dtype === 'float32'))
      const taken = valueAndGradients(at => {
        const result = f({ ...tensors, ...at })
        const weights = tf.tensor(values(result.shape, 'weights'), result.shape)
        return { value: tf.sum(tf.mul(result, weights)), extras: { result } }
      }, floats)
      const named = Object.entries(taken.gradients).map(([name, tensor]) => [`d ${name}`, tensor] as const)
      return { outputs: { result: taken.extras.result!, ...Object.fromEntries(named) } }
    },
  }
  return { definition, fed }
}

function compare(actual: Record<string, Values>, expected: Record<string, Values>, tolerance: number, how: string): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const [name, wanted] of Object.entries(expected)) {
    expect(farthest(actual[name]!, wanted), name + how).toBeLessThan(tolerance)
  }
}

/** The largest difference, over the largest magnitude that was expected or 1. */
export function farthest(actual: Values, expected: Values, least = 1): number {
  expect(actual.length).toBe(expected.length)
  let scale = least
  let worst = 0
  for (const [i, value] of expected.entries()) {
    scale = Math.max(scale, Math.abs(value))
    worst = Math.max(worst, Math.abs(value - actual[i]!))
    if (Number.isNaN(actual[i]!)) worst = Number.POSITIVE_INFINITY
  }
  return worst / scale
}

/** One run of a definition without state. */
export async function run(
  engine: Engine,
  definition: Definition,
  inputs: Record<string, Values>,
): Promise<Record<string, Values>> {
  const program = await engine.compile(definition)
  const state = engine.createState({}, {})
  const outputs = await program.run(state, inputs)
  state.release()
  await program.release()
  return outputs
}

async function runForGpu(definition: Definition, inputs: Record<string, Values>): Promise<Record<string, Values>> {
  const lowered = lower(optimise(trace(definition), 'webgpu'), definition.name, 'webgpu')
  const session = await InferenceSession.create(lowered.bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  const feeds = lowered.inputs.map(name => {
    const { shape, dtype } = definition.inputs[name]!
    return [name, new Tensor(dtype, inputs[name]! as Float32Array, [...shape])] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  await session.release()
  return Object.fromEntries(Object.keys(lowered.outputs).map(name => [name, results[name]!.data as Values]))
}

export const dimension = fc.integer({ min: 1, max: 5 })
export const runs = { numRuns: 25 }
