import { columnsOf } from '../format/columns.ts'
import { padded } from '../format/padded.ts'
import { fitting } from '../format/phrases.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'

interface FormFieldProps {
  readonly width: number
  readonly label: string
  /** The values that can be changed, one after another. */
  readonly parts: readonly string[]
  /** The part of the cursor; null: the cursor is in another field. */
  readonly cursor: number | null
  /** Dim after the parts: phrases between ` · `, of which the last are left out where there is no room. */
  readonly note: string
  /** What is wrong with the field, in place of the note; null: nothing. */
  readonly problem: string | null
}

const LEAD = 2
const LABEL = 12
/** Around a part: brackets and a space. */
const AROUND = 3

/** A field of a form on one line. */
export function FormField({ width, label, parts, cursor, note, problem }: FormFieldProps) {
  const { accent, failure } = useTheme()
  const here = cursor !== null
  const skipped = skippedParts(parts, cursor ?? 0, width - LEAD - LABEL)
  const values = parts.slice(skipped).flatMap((text, at): Piece[] => {
    const chosen = at + skipped === cursor
    return [
      { text: chosen ? '‹' : ' ', color: accent },
      { text, bold: chosen, color: chosen ? accent : undefined },
      { text: chosen ? '› ' : '  ', color: accent },
    ]
  })
  const taken = LEAD + LABEL + (skipped > 0 ? 1 : 0) + columnsTaken(parts.slice(skipped)) + 1
  const phrases = note.split(' · ').map((text, need) => ({ text, need }))
  const after: Piece[] =
    problem === null
      ? [{ text: ` ${fitting(phrases, width - taken)}`, dim: true }]
      : [{ text: ` ${SYMBOLS.failure} ${problem}`, color: failure }]
  return (
    <Row
      width={width}
      pieces={[
        { text: here ? `${SYMBOLS.cursor} ` : '  ', color: accent },
        { text: padded(label, LABEL), bold: here },
        ...(skipped === 0 ? [] : [{ text: '…', dim: true }]),
        ...values,
        ...after,
      ]}
    />
  )
}

/** How many parts are left out at the front, so that the cursor's is seen whole. */
function skippedParts(parts: readonly string[], cursor: number, room: number): number {
  const upToCursor = (from: number): number => columnsTaken(parts.slice(from, cursor + 1))
  let skipped = 0
  while (skipped < cursor && upToCursor(skipped) + (skipped > 0 ? 1 : 0) > room) skipped++
  return skipped
}

function columnsTaken(parts: readonly string[]): number {
  return parts.reduce((sum, text) => sum + columnsOf(text) + AROUND, 0)
}
