/** Memory that a new process may still take: what the machine has, and what a container or a job's limit leaves of it. */
import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname, join } from 'node:path'

/** Reads one of the kernel's files; null where there is none. */
export type ReadText = (path: string) => string | null

/** Bytes. Outside Linux what the system calls free. */
export function availableMemory(read: ReadText = readText): number {
  const machine = kilobytes(read('/proc/meminfo'), 'MemAvailable') ?? freemem()
  return Math.max(0, Math.min(machine, ...groupsOf(read)))
}

/** What each control group this process is in, and each above it, leaves; those without a limit leave nothing out. */
function groupsOf(read: ReadText): number[] {
  const left: number[] = []
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    if (controllers === '') left.push(...limits(read, '/sys/fs/cgroup', path, VERSION_2))
    else if (controllers.split(',').includes('memory')) left.push(...limits(read, '/sys/fs/cgroup/memory', path, VERSION_1))
  }
  return left
}

const VERSION_1 = { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', files: 'total_inactive_file' }
const VERSION_2 = { limit: 'memory.max', usage: 'memory.current', files: 'inactive_file' }

function limits(read: ReadText, root: string, path: string, names: typeof VERSION_1): number[] {
  const left: number[] = []
  for (let at = path; ; at = dirname(at)) {
    const folder = join(root, at)
    const limit = Number(read(join(folder, names.limit))?.trim() ?? Number.NaN) // 'max' is none
    const usage = Number(read(join(folder, names.usage))?.trim() ?? Number.NaN)
    // Cached file pages count as used, and are given back when memory is asked for.
    const files = Number(new RegExp(`^${names.files} (\\d+)$`, 'm').exec(read(join(folder, 'memory.stat')) ?? '')?.[1] ?? 0)
    if (Number.isFinite(limit) && Number.isFinite(usage)) left.push(limit - usage + files)
    if (at === dirname(at)) return left
  }
}

function kilobytes(text: string | null, field: string): number | null {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found) * 1024
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
