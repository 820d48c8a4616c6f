import { columnsOf } from '../format/columns.ts'
import { wrapped } from '../format/wrapped.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

interface ConfirmProps {
  readonly width: number
  readonly question: string
  /** Lines that it may take; left out: one. */
  readonly lines?: number
  readonly onYes: () => void
  readonly onNo: () => void
}

const ANSWERS = '  y yes   n no'
const LEAD = ' ! '

/** Columns of a line that are not the question's own, of which `more` are words around what varies. */
export function questionFrame(more = 0): number {
  return LEAD.length + ANSWERS.length + more
}

/** A question, answered by a key; while it is there it takes every key. */
export function Confirm({ width, question, lines = 1, onYes, onNo }: ConfirmProps) {
  const { warning } = useTheme()
  useKeys('confirm', { yes: onYes, no: onNo })
  // The footer says the keys as well: where there is no room the question has it.
  const asked = lines === 1 ? [question] : broken(question, width - LEAD.length, lines)
  return asked.map((text, at) => {
    const fits = at === asked.length - 1 && columnsOf(text) <= width - questionFrame()
    return (
      <Row
        key={text}
        width={width}
        pieces={[
          { text: at === 0 ? LEAD : ' '.repeat(LEAD.length), color: warning, bold: true },
          { text },
          { text: fits ? ANSWERS : '', dim: true },
        ]}
      />
    )
  })
}

/** In at most so many lines; what has no room in them is cut from the last. */
function broken(question: string, width: number, lines: number): string[] {
  const all = wrapped(question, width)
  return [...all.slice(0, lines - 1), all.slice(lines - 1).join(' ')].filter(Boolean)
}
