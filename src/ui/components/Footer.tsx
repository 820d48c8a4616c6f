import { columnsOf } from '../format/columns.ts'
import { type Piece, Row } from './Row.tsx'

export interface KeyWord {
  readonly key: string
  readonly word: string
}

interface FooterProps {
  readonly width: number
  /** What can be done here, the most telling first: what does not fit is left out. */
  readonly keys: readonly KeyWord[]
  /** What always stands at the end. */
  readonly always: readonly KeyWord[]
}

const GAP = '   '

/** One line of the keys that matter now. */
export function Footer({ width, keys, always }: FooterProps) {
  let room = width - 1 - always.reduce((sum, key) => sum + columnsTaken(key), 0)
  const shown = keys.filter(key => {
    if (columnsTaken(key) > room) return false
    room -= columnsTaken(key)
    return true
  })
  const pieces: (Piece | string)[] = [' ']
  for (const { key, word } of [...shown, ...always])
    pieces.push({ text: key, bold: true }, { text: ` ${word}${GAP}`, dim: true })
  return <Row pieces={pieces} width={width} />
}

function columnsTaken({ key, word }: KeyWord): number {
  return columnsOf(key) + 1 + columnsOf(word) + GAP.length
}
