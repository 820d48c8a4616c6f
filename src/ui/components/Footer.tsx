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

/** Columns between two keys, where there is room for all and where there is not. */
const GAPS = { wide: 3, narrow: 2 }

/** One line of the keys that matter now. */
export function Footer({ width, keys, always }: FooterProps) {
  const all = [...keys, ...always].reduce((sum, key) => sum + columnsTaken(key, GAPS.wide), 1) - GAPS.wide
  const gap = all <= width ? GAPS.wide : GAPS.narrow
  // The last has nothing after it.
  let room = width - 1 + gap - always.reduce((sum, key) => sum + columnsTaken(key, gap), 0)
  const shown = keys.filter(key => {
    if (columnsTaken(key, gap) > room) return false
    room -= columnsTaken(key, gap)
    return true
  })
  const pieces: (Piece | string)[] = [' ']
  for (const [at, { key, word }] of [...shown, ...always].entries()) {
    pieces.push({ text: `${at === 0 ? '' : ' '.repeat(gap)}${key}`, bold: true }, { text: ` ${word}`, dim: true })
  }
  return <Row pieces={pieces} width={width} />
}

function columnsTaken({ key, word }: KeyWord, gap: number): number {
  return columnsOf(key) + 1 + columnsOf(word) + gap
}
