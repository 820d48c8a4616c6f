/** What went wrong, as one line and an exit code. */
import { type ErrorKind, LabError, messageOf } from '../core/shared/errors.ts'
import { printable, printableLines } from '../ui/index.ts'

/** The exit codes of the contract; an exception that is no LabError is `failed`. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  usage: 2,
  data: 3,
  unavailable: 4,
  interrupted: 130,
}

export function exitCodeOf(thrown: unknown): number {
  return EXIT_CODES[thrown instanceof LabError ? thrown.kind : 'failed']
}

/** `mri-lab: what, where, what to do`; with `verbose` followed by the stack and those of its causes. */
export function describeError(thrown: unknown, verbose: boolean): string {
  const line = `mri-lab: ${printable(messageOf(thrown))}`
  if (!verbose) return line
  const stacks: string[] = []
  for (let error = thrown; error instanceof Error && stacks.length < 8; error = error.cause) {
    stacks.push(`${stacks.length > 0 ? 'caused by ' : ''}${printableLines(error.stack ?? error.message)}`)
  }
  return [line, ...stacks].join('\n')
}

/** What is refused because a later release brings it. `what` is a flag, value or command as the user gave it. */
export function laterRelease(what: string): LabError {
  return new LabError('usage', `${what} comes with a later release`)
}
