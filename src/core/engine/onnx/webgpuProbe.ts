/**
 * Whether there is a GPU for WebGPU, and its name, asked in a child process: a broken driver can end the process that tries it. Loads no native
 * code and no tfjs, so that listing engines stays quick.
 */
import { spawnSync } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { said } from './webgpuFault.ts'

export interface WebgpuProbe {
  /** Why there is none, and what to do; null where there is one. */
  readonly reason: string | null
  /** The adapter's name, as its driver gives it; null where there is none. */
  readonly device: string | null
  /** The adapter is the processor in disguise (SwiftShader, llvmpipe): right for tests, slower than onnx-cpu. */
  readonly software: boolean
}

/** A driver may take seconds to wake a card; one that takes longer hangs. */
const LIMIT = 30_000

let probed: WebgpuProbe | undefined

/** Tries it once, then remembers: some 0.2 s in a child process, at most 30 s. */
export function probeWebgpu(): WebgpuProbe {
  probed ??= probe()
  return probed
}

function probe(): WebgpuProbe {
  const { answer, log, died } = tryInChild(null)
  const reason = died !== null ? `trying it ${died}` : answer === null ? null : absence(answer, log)
  if (reason !== null) return { reason, device: null, software: false }
  return { reason, ...adapterOf(log) }
}

/** The adapter in the Vulkan loader's log; where there is no such loader (macOS, Windows), it has no name. */
export function adapterOf(log: string): Pick<WebgpuProbe, 'device' | 'software'> {
  const device = /Using "(.+?)" with driver/.exec(log)?.[1] ?? 'a GPU whose name is not known'
  return { device, software: /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(device) }
}

/** Why there is no adapter, and what to do, from what Dawn and the Vulkan loader logged. */
export function absence(error: string, log: string): string {
  if (/Couldn't load Vulkan/.test(log))
    return 'no Vulkan loader: install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora)'
  if (/Found no drivers|VK_ERROR_INCOMPATIBLE_DRIVER/.test(log)) {
    return "no Vulkan driver: install the GPU's own, or mesa-vulkan-drivers; in a container, NVIDIA_DRIVER_CAPABILITIES must name graphics"
  }
  const warning = /^Warning: (.*)$/m.exec(log)?.[1]
  return warning === undefined ? `no adapter: ${said(error)}` : `no adapter that will do: ${warning}`
}

/** Makes a session of a model (null: of a small one of the child's own) in a child process; `answer` is onnxruntime's error. */
export function tryInChild(model: Uint8Array | null): { answer: string | null; log: string; died: string | null } {
  const entry = fileURLToPath(new URL(`./webgpuChild${extname(import.meta.url)}`, import.meta.url))
  const child = spawnSync(process.execPath, [entry], {
    input: model ?? '',
    encoding: 'utf8',
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 28,
    env: { ...process.env, VK_LOADER_DEBUG: 'error,info,driver' },
  })
  const log = child.stderr ?? ''
  const line = (child.stdout ?? '').trim()
  if (child.error !== undefined && 'code' in child.error && child.error.code === 'ETIMEDOUT')
    return { answer: null, log, died: `took more than ${LIMIT / 1000} s` }
  if (child.error !== undefined) return { answer: null, log, died: `failed (${child.error.message})` }
  // A driver may crash while the process ends, after its answer; the engine would crash with it.
  if (child.status !== 0 || line === '')
    return { answer: null, log, died: `ended the process (${child.signal ?? child.status})` }
  return { answer: (JSON.parse(line) as { error: string | null }).error, log, died: null }
}
