/**
 * Kitty's pictures as text: characters that stand for the cells of a picture, so that Ink moves, clips and removes it like any other text
 * (Kitty graphics protocol, "Unicode placeholders").
 */
import type { Cells } from '../components/pictureCells.ts'

const PLACEHOLDER = '\u{10eeee}'
/**
 * Code points that say a number, in hexadecimal: the marks of combining class 230 without decomposition, in the order of their code points, those
 * left out that fuse in normalisation. The protocol has more of them; these number 0 to 128.
 */
const MARKS = (
  '305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 ' +
  '657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 ' +
  '81b-823 825-827 829-82d'
)
  .split(' ')
  .flatMap(range => {
    const [first, last = first] = range.split('-').map(code => Number.parseInt(code, 16)) as [number, number?]
    return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))
  })

/**
 * The rows of a picture, one text each. Every cell says its place by itself, so that rows may be drawn in parts.
 * @param id `first * 2^24 + colour`, first up to 128, colour 1 to 255: said by a mark and by the text's colour of the 256, which tmux keeps
 */
export function placeholderRows(
  id: { readonly first: number; readonly colour: number },
  { columns, rows }: Cells,
): string[] {
  const cell = (row: number, column: number): string => PLACEHOLDER + MARKS[row]! + MARKS[column]! + MARKS[id.first]!
  return Array.from({ length: rows }, (_, row) => {
    const text = Array.from({ length: columns }, (_, column) => cell(row, column)).join('')
    return `\u001b[38;5;${id.colour}m${text}\u001b[39m`
  })
}
