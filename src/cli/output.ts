/**
 * Where the program writes: results on stdout, everything else on stderr. A reader that closes the pipe (`| head`) is no
 * error: writing stops, `onClosed` lets the work stop too, and the program exits 0. Results that cannot be written (to a file on a full disk) are one: `failure`.
 */
import type { WriteStream } from 'node:tty'
import { printableJson, printableLines } from '../ui/index.ts'

export interface Output {
  /** Text on stdout, made safe for a terminal, with a line end. */
  result(text: string): void
  /** One JSON value on stdout: indented where a person reads it, else on one line. NaN and infinities are written as null. */
  json(value: unknown): void
  /** One JSON value on one line: for streams. */
  jsonLine(value: unknown): void
  /** Text on stderr, made safe, with a line end. */
  note(text: string): void
  /** Text on stderr as it is: for the progress bar, which moves the cursor. */
  raw(text: string): void
  /** Whether the reader of stdout has gone. */
  readonly closed: boolean
  /** Why results could not be written; null where they could, or where nobody reads any more. */
  readonly failure: Error | null
  /** Resolves when what was written has left the process. */
  flush(): Promise<void>
}

/** Only what is used of a stream, so that tests can give their own. */
export type Sink = Pick<WriteStream, 'write' | 'on' | 'isTTY'>

export function createOutput(stdout: Sink, stderr: Sink, onClosed: () => void): Output {
  let closed = false
  let failure: Error | null = null
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (closed) return
    closed = true
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure = error
    onClosed()
  })
  stderr.on('error', () => {})
  const write = (text: string) => {
    if (!closed) stdout.write(`${text}\n`)
  }
  return {
    result: text => write(printableLines(text)),
    json: value => write(printableJson(JSON.stringify(value, null, stdout.isTTY ? 2 : undefined))),
    jsonLine: value => write(printableJson(JSON.stringify(value))),
    note: text => void stderr.write(`${printableLines(text)}\n`),
    raw: text => void stderr.write(text),
    get closed() {
      return closed
    },
    get failure() {
      return failure
    },
    flush: async () => {
      for (const stream of [stdout, stderr]) await new Promise<void>(done => stream.write('', () => done()))
    },
  }
}
