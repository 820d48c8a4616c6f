/** What a command is given: settings, the ways to write, the clock and the signal to stop. */
import { LabError } from '../core/shared/errors.ts'
import type { Output } from './output.ts'
import { createProgress, type Progress, type ProgressOptions } from './progress.ts'
import type { Settings } from './settings.ts'

export interface Context {
  /** The program's version. */
  readonly version: string
  readonly settings: Settings
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl+C, SIGTERM or a closed pipe: stop at the next safe point. Its reason is an `interrupted` LabError. */
  readonly signal: AbortSignal
  readonly terminal: Terminal
  /** The time of day. */
  now(): Date
  /** Text on stdout. Not with `--json`: stdout is one JSON document then. */
  print(text: string): void
  /** One JSON document on stdout. */
  printJson(value: unknown): void
  /** The result, once: `value` as JSON with `--json`, else the text, which is only made when it is needed. */
  result(value: unknown, text: () => string): void
  /** One event of a stream: a JSON line with `--json`, else nothing. */
  event(value: unknown): void
  /** A remark on stderr, unless `--quiet`. */
  note(text: string): void
  /** A remark on stderr that quiet does not hide. */
  warn(text: string): void
  /** Begins the progress of long work. */
  progress(options: ProgressOptions): Progress
}

export interface Terminal {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly columns: number | null
  readonly rows: number | null
}

/** A command's context over this process. */
export function createContext(version: string, settings: Settings, output: Output, signal: AbortSignal): Context {
  const text = (given: string): void => {
    if (settings.json) throw new LabError('failed', 'text beside the JSON document on stdout: a fault of this program')
    output.result(given)
  }
  return {
    version,
    settings,
    cwd: process.cwd(),
    env: process.env,
    signal,
    terminal: {
      stdin: process.stdin.isTTY === true,
      stdout: process.stdout.isTTY === true,
      stderr: process.stderr.isTTY === true,
      columns: process.stdout.columns ?? process.stderr.columns ?? null,
      rows: process.stdout.rows ?? process.stderr.rows ?? null,
    },
    now: () => new Date(),
    print: text,
    printJson: output.json,
    result: (value, words) => (settings.json ? output.json(value) : text(words())),
    event: value => {
      if (settings.json) output.jsonLine(value)
    },
    note: words => {
      if (!settings.quiet) output.note(words)
    },
    warn: output.note,
    progress: options =>
      createProgress(options, {
        terminal: process.stderr.isTTY === true,
        quiet: settings.quiet,
        columns: () => process.stderr.columns ?? 80,
        write: output.raw,
        clock: () => performance.now(),
      }),
  }
}
