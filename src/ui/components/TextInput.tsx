import { graphemes } from '../format/columns.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { type Piece, Row } from './Row.tsx'

interface TextInputProps {
  readonly width: number
  /** What stands before it: `/`. */
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onSubmit: () => void
  readonly onCancel: () => void
  /** What stands after it, dim. */
  readonly hint?: string
}

/** One line that one types in; while it is there it takes every key. */
export function TextInput({ width, label, value, onChange, onSubmit, onCancel, hint = '' }: TextInputProps) {
  useKeys(
    'input',
    { submit: onSubmit, cancel: onCancel, erase: () => onChange(withoutLast(value)), clear: () => onChange('') },
    { text: typed => onChange(value + typed) },
  )
  return <Row width={width} pieces={typedLine(label, value, hint)} />
}

/** The line as it is drawn: label, text, the place where typing goes on. */
export function typedLine(label: string, value: string, hint: string): Piece[] {
  return [{ text: label, bold: true }, { text: value }, { text: ' ', inverse: true }, { text: `  ${hint}`, dim: true }]
}

/** The text without its last character, as a reader counts characters. */
export function withoutLast(text: string): string {
  return graphemes(text)
    .slice(0, -1)
    .map(one => one.text)
    .join('')
}
