/** Ctrl+C once asks for a clean stop at the next safe point; twice stops now. SIGTERM counts as the first. */
import { LabError } from '../core/shared/errors.ts'
import { EXIT_CODES } from './errors.ts'

export interface Interrupt {
  readonly signal: AbortSignal
  /** Asks for the stop without a signal from outside, as when the reader of stdout has gone. */
  stop(why: string): void
  /** What is said at the first Ctrl+C; a command may have its own words, or none. */
  notice: string
}

export function listenForInterrupt(say: (text: string) => void): Interrupt {
  const controller = new AbortController()
  const stop = (why: string): void => controller.abort(new LabError('interrupted', why))
  const interrupt: Interrupt = {
    signal: controller.signal,
    stop,
    notice: 'stopping at the next safe point; Ctrl+C again stops now',
  }
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted)
    if (interrupt.notice !== '') say(`mri-lab: ${interrupt.notice}`)
    stop('interrupted')
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return interrupt
}
