import { LabError } from '../core/shared/errors.ts'

/** `DATASET:SPLIT:INDEX` names an image, and lists separate names by commas: a name holds neither. Throws `usage`. */
export function checkDatasetName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,59}$/u.test(name)) return
  throw new LabError(
    'usage',
    `NAME: '${name}' must be up to 60 letters, digits, '.', '_', '-' or spaces, and begin with a letter or digit`,
  )
}
