/** A compiled definition in an onnxruntime session: which tensors go in and come out at each call. */
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { LabError } from '../../shared/errors.ts'
import type { Arrays, Definition, EngineState, Program, Specs } from '../program.ts'
import { type LoweredModel, next } from './lower.ts'
import { OnnxState } from './state.ts'

export class OnnxProgram implements Program {
  private readonly definition: Definition
  private readonly lowered: LoweredModel
  private readonly session: InferenceSession
  private readonly inPlace: ReadonlySet<string>

  constructor(definition: Definition, lowered: LoweredModel, session: InferenceSession) {
    this.definition = definition
    this.lowered = lowered
    this.session = session
    this.inPlace = new Set(lowered.overwritten)
  }

  async run(state: EngineState, inputs: Arrays): Promise<Record<string, Float32Array | Int32Array>> {
    if (!(state instanceof OnnxState)) throw new LabError('failed', 'this state belongs to another engine')
    const { stateIn, stateOut, inputs: inputNames, outputs } = this.lowered
    const feeds: Record<string, Tensor> = {}
    const fetches: Record<string, Tensor | null> = {}
    for (const name of stateIn) feeds[name] = state.input(name)
    for (const name of inputNames) feeds[name] = feed(name, inputs[name], this.definition.inputs)
    for (const name of stateOut) {
      fetches[next(name)] = this.inPlace.has(name) ? state.input(name) : state.output(name)
    }
    for (const name of Object.keys(outputs)) fetches[name] = null
    const results = await this.session.run(feeds, fetches)
    state.advance(stateOut.filter(name => !this.inPlace.has(name)))
    return Object.fromEntries(Object.keys(outputs).map(name => [name, results[name]!.data as Float32Array | Int32Array]))
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}

export function feed(name: string, values: Arrays[string] | undefined, specs: Specs): Tensor {
  const { shape, dtype } = specs[name]!
  if (values === undefined) throw new LabError('failed', `the input '${name}' is missing`)
  return values instanceof Int32Array ? new Tensor(dtype, values, [...shape]) : new Tensor('float32', values, [...shape])
}
