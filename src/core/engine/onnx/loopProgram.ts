/** A compiled definition as an ONNX Loop: any number of runs in one call, with the state going in once and coming back once. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { LabError, messageOf } from '../../shared/errors.ts'
import { optimise } from '../passes/index.ts'
import {
  type Arrays,
  type Definition,
  type EngineState,
  type Program,
  type Results,
  type Shape,
  sizeOf,
} from '../program.ts'
import type { Target } from '../target.ts'
import { trace } from '../trace/trace.ts'
import { channelBlock } from './channelBlock.ts'
import { after, before, loopModel, stacked, TURNS } from './loop.ts'
import { type LoweredModel, lower } from './lower.ts'
import { OnnxState } from './state.ts'

/** @throws LabError `failed` where onnxruntime refuses the model on this target */
export async function compileLoop(
  definition: Definition,
  target: Target,
  options: InferenceSession.SessionOptions,
  runsAtOnce: number,
): Promise<Program> {
  const block = target === 'cpu' ? await channelBlock() : 0
  const lowered = lower(optimise(trace(definition), target), definition.name, target, block)
  try {
    const session = await InferenceSession.create(loopModel(lowered, definition.inputs), options)
    return new LoopProgram(definition, lowered, session, runsAtOnce)
  } catch (cause) {
    throw new LabError('failed', `onnxruntime refused '${definition.name}' as a loop: ${messageOf(cause)}`, { cause })
  }
}

class LoopProgram implements Program {
  readonly runsAtOnce: number
  private readonly definition: Definition
  private readonly lowered: LoweredModel
  private readonly session: InferenceSession

  constructor(definition: Definition, lowered: LoweredModel, session: InferenceSession, runsAtOnce: number) {
    this.definition = definition
    this.lowered = lowered
    this.session = session
    this.runsAtOnce = runsAtOnce
  }

  async run(state: EngineState, inputs: Arrays): Promise<Results> {
    const [results] = await this.runMany(state, [inputs])
    return results!
  }

  async runMany(state: EngineState, inputs: readonly Arrays[]): Promise<Results[]> {
    if (!(state instanceof OnnxState)) throw new LabError('failed', 'this state belongs to another engine')
    if (inputs.length === 0) return []
    const { stateIn, stateOut, inputs: names, outputs } = this.lowered
    const feeds: Record<string, Tensor> = { [TURNS]: new Tensor('int64', BigInt64Array.of(BigInt(inputs.length)), []) }
    const fetches: Record<string, Tensor | null> = {}
    for (const name of stateIn) if (!stateOut.includes(name)) feeds[name] = state.input(name)
    for (const name of stateOut) {
      feeds[before(name)] = state.input(name)
      fetches[after(name)] = state.output(name)
    }
    for (const name of names) feeds[stacked(name)] = this.stack(name, inputs)
    for (const name of Object.keys(outputs)) fetches[stacked(name)] = null
    const results = await this.session.run(feeds, fetches)
    state.advance(stateOut)
    return inputs.map((_, turn) =>
      Object.fromEntries(
        Object.entries(outputs).map(([name, { shape }]) => [name, part(results[stacked(name)]!, turn, shape)]),
      ),
    )
  }

  async release(): Promise<void> {
    await this.session.release()
  }

  /** One input of all runs: `[runs, ...shape]`. */
  private stack(name: string, inputs: readonly Arrays[]): Tensor {
    const { shape, dtype } = this.definition.inputs[name]!
    const size = sizeOf(shape)
    const all = new (dtype === 'int32' ? Int32Array : Float32Array)(inputs.length * size)
    for (const [turn, each] of inputs.entries()) {
      const values = each[name]
      if (values === undefined) throw new LabError('failed', `the input '${name}' is missing`)
      if (values.length !== size)
        throw new LabError('failed', `the input '${name}' holds ${size} numbers, not ${values.length}`)
      all.set(values, turn * size)
    }
    return new Tensor(dtype, all, [inputs.length, ...shape])
  }
}

/** A copy of one run's share of a stacked output. */
function part({ data }: Tensor, turn: number, shape: Shape): Float32Array | Int32Array {
  const size = sizeOf(shape)
  return (data as Float32Array | Int32Array).slice(turn * size, (turn + 1) * size)
}
