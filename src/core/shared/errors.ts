/** What went wrong, in the terms a caller can act on; the command line maps each kind to its exit code. */
export type ErrorKind = 'failed' | 'usage' | 'data' | 'unavailable' | 'interrupted'

/**
 * An error whose message is one line for the user: what, where, and what to do.
 *
 * `usage`: the request itself is wrong. `data`: a file or its content is. `unavailable`: no such engine, service or
 * device here. `interrupted`: the user stopped it. `failed`: the work was possible and did not succeed.
 */
export class LabError extends Error {
  readonly kind: ErrorKind

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'LabError'
    this.kind = kind
  }
}

/** Text of anything thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.replace(/\s+/g, ' ').trim()
}

/**
 * The same for a caller that names the file itself: of a system's error about a file, its words alone, as `no such file or directory` of Node's
 * `ENOENT: no such file or directory, open '/a/b'`.
 */
export function reasonOf(thrown: unknown): string {
  const text = messageOf(thrown)
  if (!(thrown instanceof Error && 'code' in thrown && 'syscall' in thrown)) return text
  const [start, end] = [`${String(thrown.code)}: `, text.indexOf(`, ${String(thrown.syscall)}`)]
  return text.startsWith(start) && end > 0 ? text.slice(start.length, end) : text
}
