import { LabError } from '../../core/shared/errors.ts'

/** Bytes. Longer texts are cut by many terminals: they are refused instead. */
const MOST = 70_000

/**
 * What a terminal is sent to put a text on the clipboard of the machine one sits at, also over SSH: OSC 52 (xterm, control sequences).
 * Throws a LabError `failed` for one that terminals would cut.
 */
export function clipboardSequence(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > MOST)
    throw new LabError('failed', `${bytes.length} bytes are too much to copy by a terminal: export them to a file`)
  return `\x1b]52;c;${bytes.toString('base64')}\x07`
}
