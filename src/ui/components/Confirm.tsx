import { columnsOf } from '../format/columns.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

interface ConfirmProps {
  readonly width: number
  readonly question: string
  readonly onYes: () => void
  readonly onNo: () => void
}

const ANSWERS = '  y yes   n no'
const LEAD = ' ! '

/** Columns of a line that are not the question's own, of which `more` are words around what varies. */
export function questionFrame(more = 0): number {
  return LEAD.length + ANSWERS.length + more
}

/** A question on one line, answered by a key; while it is there it takes every key. */
export function Confirm({ width, question, onYes, onNo }: ConfirmProps) {
  const { warning } = useTheme()
  useKeys('confirm', { yes: onYes, no: onNo })
  // The footer says the keys as well: where there is no room the question has it.
  const fits = columnsOf(question) <= width - questionFrame()
  return (
    <Row
      width={width}
      pieces={[{ text: LEAD, color: warning, bold: true }, { text: question }, { text: fits ? ANSWERS : '', dim: true }]}
    />
  )
}
