import { columnsOf } from './columns.ts'
import { printable } from './printable.ts'

/** A text in lines of at most `width` columns, broken between words where it can be; without control characters. */
export function wrapped(text: string, width: number): string[] {
  if (width < 1) return []
  const lines: string[] = []
  let line = ''
  const put = (word: string): void => {
    const joined = line === '' ? word : `${line} ${word}`
    if (columnsOf(joined) <= width) {
      line = joined
      return
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const character of word) {
      if (columnsOf(line + character) > width) {
        lines.push(line)
        line = ''
      }
      line += character
    }
  }
  for (const word of printable(text).split(' ')) put(word)
  return line === '' ? lines : [...lines, line]
}
