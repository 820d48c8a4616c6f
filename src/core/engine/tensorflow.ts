/**
 * The eager engine on TensorFlow, by tfjs-node-gpu: the same definitions, called on a tfjs backend whose kernels are TensorFlow's.
 *
 * tfjs-node requires a tfjs-core of its own. tfjs keeps its engine, kernels and gradients on `globalThis` (tfjs-core's global_util.ts), so that one that is
 * loaded second works on those of the first: its backend registers with our bundle's engine, and our operations find its kernels.
 */
import { createRequire } from 'node:module'
import * as tf from '#tfjs'
import { LabError, messageOf } from '../shared/errors.ts'
import { eagerEngine } from './eager.ts'
import { nvidiaGpus } from './nvidia.ts'
import { EAGER, type Engine } from './program.ts'
import { findTensorflow, type TensorflowPackage, tensorflowAbsence } from './tensorflowPackage.ts'

const require = createRequire(import.meta.url)

/** The name under which tfjs-node registers its backend. */
const BACKEND = 'tensorflow'

/** What is used of it. */
interface NodeBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

/**
 * @param device the processor's name: the CPU build, where that is what is installed, says that it computes there
 * @throws LabError `unavailable` where it is not installed or does not load, or is the build for GPUs and finds none
 */
export async function tensorflowEngine({ threads, device }: { threads: number; device: string }): Promise<Engine> {
  const found = findTensorflow()
  if (found === null || !found.complete) throw unavailable(tensorflowAbsence()!)
  const backend = load(found)
  const [gpu] = nvidiaGpus()
  if (found.gpu && !backend.isUsingGpuDevice) {
    throw unavailable('TensorFlow finds no GPU: it needs an NVIDIA GPU, CUDA 11.2 to 11.8 and cuDNN 8')
  }
  const engine = eagerEngine(BACKEND, {
    engine: 'tensorflow',
    device: backend.isUsingGpuDevice ? (gpu?.name ?? 'a CUDA device') : `${device} (TensorFlow without a GPU)`,
    threads,
    lowering: EAGER,
    versions: {
      tfjs: tf.version_core,
      [found.name.slice('@tensorflow/'.length)]: (require(`${found.folder}/package.json`) as { version: string }).version,
      tensorflow: backend.binding.TF_Version,
    },
  })
  return backend.isUsingGpuDevice
    ? engine
    : { ...engine, standIn: `${found.name} computes on the processor, slower than onnx-cpu; --engine tensorflow uses it` }
}

/** Loads the package, once in a thread, and leaves tfjs on the backend it was on. */
function load({ name, folder }: TensorflowPackage): NodeBackend {
  tf.enableProdMode() // tfjs would warn of each kernel of the processor's backend, which both copies bring
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true' // else the first worker takes the whole card
  restoreOldUtil()
  const before = tf.engine().backendName as string | null | undefined
  try {
    require(folder)
  } catch (cause) {
    throw unavailable(`${name} does not load: ${messageOf(cause)}`, cause)
  } finally {
    void tf.setBackend(before ?? 'cpu')
  }
  const backend = tf.findBackend(BACKEND) as NodeBackend | null
  if (backend === null) throw unavailable(`${name} did not register with this tfjs: version ${tf.version_core} is needed`)
  return backend
}

/** Two functions that tfjs-node 4.22 calls, and that Node 23 and later took out of `util` or warn of. */
function restoreOldUtil(): void {
  const util = require('node:util') as Record<string, unknown>
  util.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined
  util.isArray = Array.isArray
}

function unavailable(why: string, cause?: unknown): LabError {
  return new LabError('unavailable', `engine tensorflow: ${why}; use --engine onnx-cpu`, { cause })
}
