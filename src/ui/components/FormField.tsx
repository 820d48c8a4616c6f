import { padded } from '../format/padded.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'

interface FormFieldProps {
  readonly width: number
  readonly label: string
  /** The values that can be changed, one after another. */
  readonly parts: readonly string[]
  /** The part of the cursor; null: the cursor is in another field. */
  readonly cursor: number | null
  /** Dim after the parts. */
  readonly note: string
  /** What is wrong with the field, in place of the note; null: nothing. */
  readonly problem: string | null
}

const LABEL = 12

/** A field of a form on one line. */
export function FormField({ width, label, parts, cursor, note, problem }: FormFieldProps) {
  const { accent, failure } = useTheme()
  const here = cursor !== null
  const values = parts.flatMap((text, i): Piece[] => {
    const chosen = i === cursor
    return [
      { text: chosen ? '‹' : ' ', color: accent },
      { text, bold: chosen, color: chosen ? accent : undefined },
      { text: chosen ? '› ' : '  ', color: accent },
    ]
  })
  const after: Piece[] =
    problem === null ? [{ text: ` ${note}`, dim: true }] : [{ text: ` ${SYMBOLS.failure} ${problem}`, color: failure }]
  return (
    <Row
      width={width}
      pieces={[
        { text: here ? `${SYMBOLS.cursor} ` : '  ', color: accent },
        { text: padded(label, LABEL), bold: here },
        ...values,
        ...after,
      ]}
    />
  )
}
