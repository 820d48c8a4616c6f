/**
 * The traced engine on the processor: a definition is traced once, optimised, lowered to one ONNX graph and run by onnxruntime-node. `run` blocks its
 * thread, and a thread must not be terminated while in it (that aborts the process).
 */
import { createRequire } from 'node:module'
import type { InferenceSession } from 'onnxruntime-node'
import { version_core } from '#tfjs'
import { LabError, messageOf } from '../../shared/errors.ts'
import { optimise } from '../passes/index.ts'
import type { Definition, Engine, EngineIdentity, Program } from '../program.ts'
import { trace } from '../trace/trace.ts'
import { openSession } from './cache.ts'
import { channelBlock } from './channelBlock.ts'
import { lower } from './lower.ts'
import { OnnxProgram } from './session.ts'
import { OnnxState } from './state.ts'
import { LOWERING_VERSION } from './version.ts'

const require = createRequire(import.meta.url)

export interface OnnxCpuOptions {
  /** Threads that one operation may use. */
  readonly threads: number
  /** The processor's name, for provenance. */
  readonly device: string
  /** Folder of compiled graphs (cache.ts); null or left out keeps none. */
  readonly cache?: string | null
  /** Writes onnxruntime's profile to files of this prefix. */
  readonly profilePrefix?: string
}

export function onnxCpuEngine({ threads, device, cache = null, profilePrefix }: OnnxCpuOptions): Engine {
  const runtime = (require('onnxruntime-node/package.json') as { version: string }).version
  const identity: EngineIdentity = {
    engine: 'onnx-cpu',
    device,
    threads,
    lowering: LOWERING_VERSION,
    versions: { onnxruntime: runtime, tfjs: version_core },
  }
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // 'all' reorders layouts around every pool because the weights are inputs, and loses 10 %.
    graphOptimizationLevel: 'extended',
    // One block planned for a whole step would come on top of what the first step took piece by piece: a quarter more memory, no faster.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  }
  return {
    identity,
    createState: (specs, values) => new OnnxState(specs, values),
    async compile(definition: Definition): Promise<Program> {
      const lowered = lower(optimise(trace(definition), 'cpu'), definition.name, 'cpu', await channelBlock())
      try {
        const session = await openSession(lowered.bytes, options, profilePrefix === undefined ? cache : null, runtime)
        return new OnnxProgram(definition, lowered, session)
      } catch (cause) {
        throw new LabError('failed', `onnxruntime refused '${definition.name}': ${messageOf(cause)}`, { cause })
      }
    },
    async release() {},
  }
}
