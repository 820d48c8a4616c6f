/** Gives the terminal back as it was, however the lab ends: leaving, a fault, SIGTERM, SIGHUP. SIGKILL alone cannot be helped. */
import { writeSync } from 'node:fs'
import { LabError } from '../core/shared/errors.ts'

/** Cursor seen, styles off, pasting as keys again, frames drawn at once again. */
const PLAIN_MODES = '\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?2026l'
const LEAVE_ALTERNATE_SCREEN = '\x1b[?1049l'
/** SIGINT from outside (Ctrl+C itself is a key here) leaves as `q` does; the others say that it was not the user. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** `fd`: where it is written to at once, as a process that ends must. */
export type Terminal = NodeJS.WriteStream & { readonly fd?: number }

interface Guarded {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: Terminal
  /** Takes the screen down, its own alternate screen too; called at most once. */
  readonly takeDown: () => void
  /** Called once when something other than the screen itself ends it; null: as if left. The terminal is restored by then. */
  readonly onEnd: (why: Error | null) => void
}

/** Guards until the returned function is called, which restores too and may be called again. */
export function guardTerminal({ stdin, stdout, takeDown, onEnd }: Guarded): () => void {
  let restored = false
  const restore = (): void => {
    if (restored) return
    restored = true
    let taken = false
    try {
      takeDown()
      taken = true
    } catch {
      // What the screen does not give back is given back here.
    }
    if (stdin.isTTY) attempt(() => stdin.setRawMode(false))
    attempt(() => writeAtOnce(stdout, taken ? PLAIN_MODES : PLAIN_MODES + LEAVE_ALTERNATE_SCREEN))
  }
  const end = (why: Error | null): void => {
    const first = !restored
    restore()
    if (first) onEnd(why)
  }
  const onSignal = (signal: NodeJS.Signals): void =>
    end(signal === 'SIGINT' ? null : new LabError('interrupted', `the lab was ended by ${signal}; studies go on`))
  const onFault = (thrown: unknown): void => end(thrown instanceof Error ? thrown : new Error(String(thrown)))
  /** A terminal that is gone cannot be written to, nor matters. */
  const onGone = (): void => end(new LabError('interrupted', 'the terminal has gone; studies go on'))

  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('uncaughtException', onFault)
  process.on('unhandledRejection', onFault)
  process.on('exit', restore)
  stdout.on('error', onGone)
  stdin.on('error', onGone)
  stdin.on('end', onGone)
  const unlisten = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    process.off('uncaughtException', onFault)
    process.off('unhandledRejection', onFault)
    process.off('exit', restore)
    stdin.off('end', onGone)
    // The error listeners stay: a terminal that goes later is no fault of this program either.
  }
  return () => {
    restore()
    // Not within the signal's own turn: other listeners to it (signal-exit, in Ink) kill the process where they find themselves alone.
    setImmediate(unlisten)
  }
}

function writeAtOnce(stdout: Terminal, text: string): void {
  if (stdout.fd !== undefined) writeSync(stdout.fd, text)
  else stdout.write(text)
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // The terminal may be gone already.
  }
}
