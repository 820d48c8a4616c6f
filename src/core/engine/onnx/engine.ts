/**
 * The traced engine: a definition is traced once, optimised, lowered to one ONNX graph and run by onnxruntime-node. `run` blocks its
 * thread, and a thread must not be terminated while in it (that aborts the process).
 */
import { createRequire } from 'node:module'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { version_core } from '#tfjs'
import { LabError, messageOf } from '../../shared/errors.ts'
import { optimise } from '../passes/index.ts'
import type { Arrays, Definition, Engine, EngineIdentity, EngineState, Program, Specs } from '../program.ts'
import { trace } from '../trace/trace.ts'
import { type LoweredModel, lower, next } from './lower.ts'
import { OnnxState } from './state.ts'
import { LOWERING_VERSION } from './version.ts'

const require = createRequire(import.meta.url)

export interface OnnxCpuOptions {
  /** Threads that one operation may use. */
  readonly threads: number
  /** The processor's name, for provenance. */
  readonly device: string
  /** Writes onnxruntime's profile to files of this prefix. */
  readonly profilePrefix?: string
}

export function onnxCpuEngine({ threads, device, profilePrefix }: OnnxCpuOptions): Engine {
  const identity: EngineIdentity = {
    engine: 'onnx-cpu',
    device,
    threads,
    lowering: LOWERING_VERSION,
    versions: {
      onnxruntime: (require('onnxruntime-node/package.json') as { version: string }).version,
      tfjs: version_core,
    },
  }
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // 'all' reorders layouts around every pool because the weights are inputs, and loses 10 %.
    graphOptimizationLevel: 'extended',
    logSeverityLevel: 3,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  }
  return {
    identity,
    createState: (specs, values) => new OnnxState(specs, values),
    async compile(definition: Definition): Promise<Program> {
      const lowered = lower(optimise(trace(definition)), definition.name)
      try {
        const session = await InferenceSession.create(lowered.bytes, options)
        return new OnnxProgram(definition, lowered, session)
      } catch (cause) {
        throw new LabError('failed', `onnxruntime refused '${definition.name}': ${messageOf(cause)}`, { cause })
      }
    },
    async release() {},
  }
}

class OnnxProgram implements Program {
  private readonly definition: Definition
  private readonly lowered: LoweredModel
  private readonly session: InferenceSession

  constructor(definition: Definition, lowered: LoweredModel, session: InferenceSession) {
    this.definition = definition
    this.lowered = lowered
    this.session = session
  }

  async run(state: EngineState, inputs: Arrays): Promise<Record<string, Float32Array | Int32Array>> {
    if (!(state instanceof OnnxState)) throw new LabError('failed', 'this state belongs to another engine')
    const { stateIn, stateOut, inputs: inputNames, outputs } = this.lowered
    const feeds: Record<string, Tensor> = {}
    const fetches: Record<string, Tensor | null> = {}
    for (const name of stateIn) feeds[name] = state.input(name)
    for (const name of inputNames) feeds[name] = feed(name, inputs[name], this.definition.inputs)
    for (const name of stateOut) fetches[next(name)] = state.output(name)
    for (const name of Object.keys(outputs)) fetches[name] = null
    const results = await this.session.run(feeds, fetches)
    state.advance(stateOut)
    return Object.fromEntries(Object.keys(outputs).map(name => [name, results[name]!.data as Float32Array | Int32Array]))
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}

function feed(name: string, values: Arrays[string] | undefined, specs: Specs): Tensor {
  const { shape, dtype } = specs[name]!
  if (values === undefined) throw new LabError('failed', `the input '${name}' is missing`)
  return values instanceof Int32Array ? new Tensor(dtype, values, [...shape]) : new Tensor('float32', values, [...shape])
}
