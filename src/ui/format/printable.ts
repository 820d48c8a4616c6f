/**
 * Text from files (names, labels, error messages of libraries) may hold control characters: a terminal obeys them. They are
 * written as visible escapes. Not only C0 but DEL, C1 (0x9b starts a control sequence too), line separators and the marks
 * that turn the direction of writing, with which a name can be made to look like another.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** `text` on one line: every unsafe character, line ends too, as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped)
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  const [lead, digits] = code < 0x100 ? ['\\x', 2] : ['\\u', 4]
  return `${lead}${code.toString(16).padStart(digits, '0')}`
}
