import { useKeys } from '../hooks/useKeys.ts'
import { useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

interface ConfirmProps {
  readonly width: number
  readonly question: string
  readonly onYes: () => void
  readonly onNo: () => void
}

/** A question on one line, answered by a key; while it is there it takes every key. */
export function Confirm({ width, question, onYes, onNo }: ConfirmProps) {
  const { warning } = useTheme()
  useKeys('confirm', { yes: onYes, no: onNo })
  return (
    <Row
      width={width}
      pieces={[{ text: ' ! ', color: warning, bold: true }, { text: question }, { text: '  y yes   n no', dim: true }]}
    />
  )
}
