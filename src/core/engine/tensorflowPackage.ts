/**
 * Where TensorFlow for Node lies: an optional peer of this package, or what `mri-lab engine install tensorflow` installed. Looks at files only.
 */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { engineHome } from './home.ts'

/** The version whose tfjs-core is the one in our bundle: both share one tfjs engine. */
export const TENSORFLOW_VERSION = '4.22.0'
export const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu'
/** TensorFlow without CUDA: used where it is all there is, which is slower than onnx-cpu. */
const CPU_PACKAGE = '@tensorflow/tfjs-node'

export interface TensorflowPackage {
  readonly name: string
  readonly folder: string
  /** Whether it is the build for GPUs. */
  readonly gpu: boolean
  /** Whether its native half is there: npm leaves it out where install scripts are not run. */
  readonly complete: boolean
}

/** Where `mri-lab engine install tensorflow` installs. */
export function tensorflowHome(): string {
  return join(engineHome(), 'tensorflow')
}

/** The one to use: for GPUs before plain, complete before incomplete; null where there is none. */
export function findTensorflow(): TensorflowPackage | null {
  const found = [GPU_PACKAGE, CPU_PACKAGE].flatMap(name => {
    const folders = [import.meta.url, join(tensorflowHome(), 'package.json')].map(from => folderOf(name, from))
    return folders.filter(folder => folder !== null).map(folder => ({ name, folder, gpu: name === GPU_PACKAGE }))
  })
  const known = found.map(each => ({ ...each, complete: addonOf(each.folder) !== null }))
  return known.find(each => each.complete) ?? known[0] ?? null
}

/** Why the engine cannot be started, by the files alone; null where they are there. */
export function tensorflowAbsence(): string | null {
  const found = findTensorflow()
  if (found?.complete) return null
  const what = found === null ? `${GPU_PACKAGE} is not installed` : `${found.name} lacks its native half`
  return `${what}: run 'mri-lab engine install tensorflow'`
}

/** The native addon of an installed package; null where it was never fetched or built. */
function addonOf(folder: string): string | null {
  try {
    const versions = readdirSync(join(folder, 'lib')).filter(name => name.startsWith('napi-v'))
    const built = versions.filter(name => readdirSync(join(folder, 'lib', name)).includes('tfjs_binding.node'))
    return built[0] === undefined ? null : join(folder, 'lib', built[0], 'tfjs_binding.node')
  } catch {
    return null
  }
}

function folderOf(name: string, from: string): string | null {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`))
  } catch {
    return null
  }
}
