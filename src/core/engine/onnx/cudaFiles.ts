/**
 * The CUDA part of onnxruntime-node: npm brings it not, `mri-lab engine install cuda` fetches it. Looks at files only, so that it costs nothing to ask.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { INSTALL_CUDA, type MachineView, thisMachine } from '../nvidia.ts'

const require = createRequire(import.meta.url)

/** What the provider consists of; onnxruntime's TensorRT provider comes with it and is not needed. */
export const CUDA_FILES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'] as const

/** The NuGet package that they are in, of onnxruntime's own version. */
export const CUDA_PACKAGE = 'Microsoft.ML.OnnxRuntime.Gpu.Linux'

interface OnnxruntimePackage {
  readonly folder: string
  readonly version: string
}

export function onnxruntimePackage(): OnnxruntimePackage {
  const file = require.resolve('onnxruntime-node/package.json')
  return { folder: dirname(file), version: (require(file) as { version: string }).version }
}

/** Where the files must lie: beside onnxruntime's library. */
export function cudaFolder(): string {
  return join(onnxruntimePackage().folder, 'bin', 'napi-v6', 'linux', 'x64')
}

/** Why there can be no CUDA engine on this kind of machine; null where there can. */
export function cudaUnsupported(platform = process.platform, arch = process.arch): string | null {
  return platform === 'linux' && arch === 'x64'
    ? null
    : `onnxruntime-node has CUDA for Linux on x64 alone, and this is ${platform} ${arch}`
}

/** Why the engine cannot be started, by the files alone; null where all of them are there. */
export function cudaAbsence(): string | null {
  const unsupported = cudaUnsupported()
  if (unsupported !== null) return unsupported
  return CUDA_FILES.every(file => existsSync(join(cudaFolder(), file)))
    ? null
    : `the CUDA part of onnxruntime is not installed: ${INSTALL_CUDA}`
}

/** Shared libraries by the start of their names, and what brings them. */
const ORIGINS: readonly (readonly [string, string])[] = [
  ['libcuda.', 'the NVIDIA driver'],
  ['libcudnn', 'cuDNN 9'],
  ['libcu', 'the CUDA runtime libraries'],
  ['libnv', 'the CUDA runtime libraries'],
]

/**
 * Libraries that the provider in `folder` needs and the loader does not find, each with what brings it: `libcudart.so.12 (the CUDA runtime libraries)`.
 * cuDNN is opened while running, so that the loader's list does not show it: it is looked for by name.
 */
export function missingLibraries(folder: string = cudaFolder(), machine: MachineView = thisMachine): string[] {
  const needed = machine.ask('ldd', [join(folder, 'libonnxruntime_providers_cuda.so')]) ?? ''
  const missing = [...needed.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name!)
  if (!missing.some(name => name.startsWith('libcudnn')) && !needed.includes('libcudnn') && !hasCudnn(machine)) {
    missing.push('libcudnn.so.9')
  }
  return [...new Set(missing)].map(name => {
    const origin = ORIGINS.find(([start]) => name.startsWith(start))?.[1]
    return origin === undefined ? name : `${name} (${origin})`
  })
}

function hasCudnn(machine: MachineView): boolean {
  const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter(folder => folder !== '')
  if (folders.some(folder => machine.list(folder).includes('libcudnn.so.9'))) return true
  return (machine.ask('ldconfig', ['-p']) ?? machine.ask('/sbin/ldconfig', ['-p']) ?? '').includes('libcudnn.so.9')
}
