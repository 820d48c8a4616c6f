/** NVIDIA GPUs of this machine, seen without CUDA: so that a GPU that lies idle for want of a download is spoken of. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { EngineName } from './program.ts'

export interface NvidiaGpu {
  /** As its driver names it. */
  readonly name: string
  /** The driver's version; null where it is not known. */
  readonly driver: string | null
}

/** What may be looked at of a machine. */
export interface MachineView {
  /** A file's text; null where it cannot be read. */
  read(path: string): string | null
  /** Names in a folder; none where it cannot be read. */
  list(path: string): readonly string[]
  exists(path: string): boolean
  /** What a program writes on stdout; null where there is no such program, or it fails. */
  ask(program: string, words: readonly string[]): string | null
}

export const thisMachine: MachineView = {
  read: path => quietly(() => readFileSync(path, 'utf8'), null),
  list: path => quietly(() => readdirSync(path), []),
  exists: existsSync,
  ask(program, words) {
    const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', timeout: 10_000 })
    return status === 0 ? stdout : null
  },
}

export const INSTALL_CUDA = "run 'mri-lab engine install cuda'"

const UNNAMED = 'its name is not known'

/**
 * By the driver's own files on Linux, which cost nothing to read; else by nvidia-smi (Windows, WSL). A GPU that only its device file tells of, as in some
 * containers, has no name.
 */
export function nvidiaGpus(machine: MachineView = thisMachine): NvidiaGpu[] {
  const driver =
    /Kernel Module(?: for \S+)?\s+(\d[\d.]*)/.exec(machine.read('/proc/driver/nvidia/version') ?? '')?.[1] ?? null
  const folder = '/proc/driver/nvidia/gpus'
  const listed = machine.list(folder).map(slot => machine.read(`${folder}/${slot}/information`) ?? '')
  if (listed.length > 0) return listed.map(text => ({ name: /^Model:\s*(.+?)\s*$/m.exec(text)?.[1] ?? UNNAMED, driver }))
  const answer = machine.ask('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'])
  const lines = (answer ?? '').split('\n').filter(line => line.includes(','))
  if (lines.length > 0) {
    return lines.map(line => ({ name: line.slice(0, line.lastIndexOf(',')).trim(), driver: line.split(',').at(-1)!.trim() }))
  }
  return machine.exists('/dev/nvidia0') ? [{ name: UNNAMED, driver }] : []
}

const GPU_ENGINES: readonly EngineName[] = ['onnx-cuda', 'onnx-webgpu', 'tensorflow']

/** One sentence for a machine whose NVIDIA GPU nothing uses, with the command that may change it; null where there is no such GPU. */
export function idleGpu(
  gpus: readonly NvidiaGpu[],
  engines: readonly { readonly name: EngineName; readonly available: boolean }[],
): string | null {
  const [first] = gpus
  if (first === undefined || engines.some(({ name, available }) => available && GPU_ENGINES.includes(name))) return null
  return `an NVIDIA GPU (${first.name}) is here but no GPU engine works: ${INSTALL_CUDA}`
}

function quietly<T>(action: () => T, otherwise: T): T {
  try {
    return action()
  } catch {
    return otherwise
  }
}
