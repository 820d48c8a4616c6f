/**
 * The traced engine on NVIDIA GPUs, by onnxruntime's CUDA provider. onnxruntime-node has no tensors on CUDA devices, so the state crosses the bus with
 * every call: several runs go into one (./loop.ts). Not tried on real hardware yet: see docs/performance.md.
 */
import type { InferenceSession } from 'onnxruntime-node'
import { version_core } from '#tfjs'
import { LabError, messageOf } from '../../shared/errors.ts'
import { nvidiaGpus } from '../nvidia.ts'
import { add } from '../primitives.ts'
import type { Definition, Engine } from '../program.ts'
import { missingLibraries, onnxruntimePackage } from './cudaFiles.ts'
import { compileLoop } from './loopProgram.ts'
import { OnnxState } from './state.ts'
import { LOWERING_VERSION } from './version.ts'

/** The CNN's weights and moments are 100 MB, some 20 ms both ways on PCIe 3: spread over this many steps. Chosen by that sum, not measured. */
const RUNS_AT_ONCE = 16

const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: [{ name: 'cuda', deviceId: 0 }],
  graphOptimizationLevel: 'extended',
  logSeverityLevel: 4, // what goes wrong comes as an error too
}

/** @throws LabError `unavailable` where CUDA does not start, with the libraries it lacks */
export async function onnxCudaEngine({ threads }: { readonly threads: number }): Promise<Engine> {
  const [gpu] = nvidiaGpus()
  await tryOut()
  return {
    identity: {
      engine: 'onnx-cuda',
      device: gpu?.name ?? 'a CUDA device',
      threads,
      lowering: LOWERING_VERSION,
      versions: {
        onnxruntime: onnxruntimePackage().version,
        tfjs: version_core,
        ...(gpu?.driver ? { driver: gpu.driver } : {}),
      },
    },
    createState: (specs, values) => new OnnxState(specs, values, { blocks: false }),
    compile: definition => compileLoop(definition, 'cuda', OPTIONS, RUNS_AT_ONCE),
    async release() {},
  }
}

/** Compiles a sum: the provider, the driver and the device show only then whether they work. */
async function tryOut(): Promise<void> {
  const x = { shape: [1], dtype: 'float32' } as const
  const definition: Definition = {
    name: 'a sum',
    state: {},
    inputs: { x },
    compute: (_, inputs) => ({ outputs: { y: add(inputs.x!, inputs.x!) } }),
  }
  try {
    const program = await compileLoop(definition, 'cuda', OPTIONS, 1)
    await program.release()
  } catch (cause) {
    const missing = missingLibraries()
    const why = missing.length > 0 ? `missing ${missing.join(', ')}` : messageOf(cause)
    throw new LabError('unavailable', `engine onnx-cuda: CUDA does not start: ${why}; use --engine onnx-cpu`, { cause })
  }
}
