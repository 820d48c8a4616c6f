/** The commands of this release, in the order of help. */
import type { CommandDefinition } from '../command.ts'
import { doctor } from './doctor.ts'

export const COMMANDS: readonly CommandDefinition[] = [doctor]

/** What the words before a command's own name stand for. */
export const GROUPS: Readonly<Record<string, string>> = {
  data: 'Image sets with class labels.',
}
