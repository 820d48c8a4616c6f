/** How busy this machine's NVIDIA GPUs are, by the driver's own program; nothing where it is not installed. */
import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { GpuLoad } from '../ui/index.ts'
import type { Context } from './context.ts'

const PROGRAM = 'nvidia-smi'
const QUERY = ['--query-gpu=name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits']
/** nvidia-smi writes `[N/A]` or `[Not Supported]` for what a GPU does not tell. */
const told = z
  .string()
  .trim()
  .transform(text => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null))
const line = z.tuple([z.string().trim().min(1), told, told, told])
const MEBIBYTE = 2 ** 20
/** The program takes tens of milliseconds of a core: not more often than that. */
const PERIOD = 5000
/** A driver that hangs is not waited for. */
const PATIENCE = 4000

/** What nvidia-smi answers to QUERY; lines that are no GPU's are left out. */
export function parseGpuLoads(csv: string): GpuLoad[] {
  return csv.split('\n').flatMap(text => {
    const parsed = line.safeParse(text.split(','))
    if (!parsed.success) return []
    const [name, busy, used, total] = parsed.data
    return [
      {
        name,
        busy: busy === null ? null : busy / 100,
        used: used === null ? null : used * MEBIBYTE,
        total: total === null ? null : total * MEBIBYTE,
      },
    ]
  })
}

export interface GpuLoadOptions {
  /** Where the program is looked for, by its `PATH`. */
  readonly env: Context['env']
  /** Ends a question under way. */
  readonly signal?: AbortSignal
  /** Milliseconds between two questions. */
  readonly period?: number
  /** Milliseconds, from any start. */
  readonly now?: () => number
}

/**
 * Returns a function that looks: it gives the newest answer, empty before the first, and asks for the next where that one is old. It never waits.
 * Where there is no such program it is asked for once.
 */
export function createGpuLoad({
  env,
  signal,
  period = PERIOD,
  now = () => performance.now(),
}: GpuLoadOptions): () => readonly GpuLoad[] {
  let newest: readonly GpuLoad[] = []
  let due = 0
  return () => {
    if (now() < due || signal?.aborted === true) return newest
    due = Infinity // until it has answered
    const options = { env, timeout: PATIENCE, windowsHide: true, ...(signal === undefined ? {} : { signal }) }
    execFile(PROGRAM, QUERY, options, (error, stdout) => {
      newest = error === null ? parseGpuLoads(stdout) : []
      due = isMissing(error) ? Infinity : now() + period
    })
    return newest
  }
}

function isMissing(error: Error | null): boolean {
  return error !== null && 'code' in error && error.code === 'ENOENT'
}
