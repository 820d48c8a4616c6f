/** Sees to it that a runner lives for a database: finds the one there is, or starts one that outlives this process. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LabError } from '../core/shared/errors.ts'
import { runnerHolder } from '../store/index.ts'

export interface RunnerSettings {
  /** Absolute path. */
  readonly database: string
  /** Workers of every study's trainer; null leaves it to each study. */
  readonly workers: number | null
  /** That may be used. */
  readonly cores: number
  /** The processor's name, for provenance. */
  readonly device: string
  readonly version: string
}

/** A run in work that gives no sign of life for so long, in milliseconds, has its trainer killed. A step takes seconds at most. */
const SILENCE = 10 * 60 * 1000
/** Milliseconds a runner is given to take its lock. */
const START_LIMIT = 20_000

/** @throws LabError `failed` with the last line of the runner's log where it does not start */
export async function ensureRunner(settings: RunnerSettings): Promise<void> {
  if (runnerHolder(settings.database) !== null) return
  // The sources run as they are in tests and as JavaScript in the package: the entry has this file's own extension.
  const entry = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))
  const log = runnerLog(settings.database)
  const file = openSync(log, 'w', 0o600)
  const { OPENAI_API_KEY: _, ...env } = process.env // it asks no service
  const child = spawn(process.execPath, [entry, JSON.stringify({ ...settings, silence: SILENCE })], {
    detached: true,
    stdio: ['ignore', file, file],
    env,
  })
  closeSync(file)
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  child.unref()
  const deadline = performance.now() + START_LIMIT
  while (performance.now() < deadline) {
    if (runnerHolder(settings.database) !== null) return
    const code = await Promise.race([ended, wait(20, 'alive' as const)])
    if (code === 0) return // it found nothing to do, or another runner did it
    if (code !== 'alive') break
  }
  const words = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''
  throw new LabError('failed', `the runner did not start: ${words || 'it said nothing'} (its log: ${log})`)
}

/** Where a runner's own errors are written; each runner begins it anew. */
export function runnerLog(database: string): string {
  return `${database}.runner.log`
}
