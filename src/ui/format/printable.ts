/**
 * Text from files (names, labels, error messages of libraries) may hold control characters: a terminal obeys them. They are
 * written as visible escapes. Not only C0 but DEL, C1 (0x9b starts a control sequence too), line separators and the marks
 * that turn the direction of writing, with which a name can be made to look like another.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const UNSAFE_IN_LINES = new RegExp(`(?!\\n)${UNSAFE.source}`, 'gu')

/** `text` on one line: every unsafe character, line ends too, as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped)
}

/** `text` with its line ends kept and everything else unsafe escaped. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE_IN_LINES, escaped)
}

/** A JSON text that means the same and holds no unsafe character but the line ends between its values. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE_IN_LINES, character => `\\u${hex(character, 4)}`)
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}
