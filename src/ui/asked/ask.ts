/** Asking the lab's own program, in a process of its own, for what takes long or what its command line knows already. */
import type { z } from 'zod'
import { LabError } from '../../core/shared/errors.ts'

export interface AskOptions {
  /** Written to a file whose name is added to the words: a spec. */
  readonly file?: object | undefined
  /** Stops it as Ctrl+C does: at the next safe point. */
  readonly signal?: AbortSignal | undefined
  /** Is told each line of its progress and remarks. */
  readonly onNote?: ((line: string) => void) | undefined
}

/**
 * Runs a command of the program (`['data', 'audit', 'sample']`) and gives its JSON.
 * @throws LabError of the kind that its exit code says, with its line
 */
export type Ask = (words: readonly string[], options?: AskOptions) => Promise<unknown>

/** An answer as it is expected. @throws LabError `failed` where it is not: the program was changed while the lab is open */
export function answered<T>(schema: z.ZodType<T>, answer: unknown, command: string): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LabError('failed', `'${command}' answered otherwise than expected (${issue?.path.join('.')}: ${issue?.message})`)
}
