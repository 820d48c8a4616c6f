import { useKeys } from '../hooks/useKeys.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { completions, type FilterField } from './filter.ts'
import { type Piece, Row } from './Row.tsx'
import { typedLine, withoutLast } from './TextInput.tsx'

interface FilterInputProps<Item> {
  readonly width: number
  readonly value: string
  readonly fields: readonly FilterField<Item>[]
  /** What of it makes no sense; null where all does. */
  readonly problem: string | null
  readonly onChange: (value: string) => void
  readonly onSubmit: () => void
  readonly onCancel: () => void
}

/** Names that are offered at most. */
const OFFERED = 8

/** The line in which one types a filter: after it what can be asked, or what is wrong. Tab takes the first name that is offered. */
export function FilterInput<Item>({ width, value, fields, problem, onChange, onSubmit, onCancel }: FilterInputProps<Item>) {
  const { warning } = useTheme()
  const offered = completions(value, fields)
  const complete = (): void => {
    const [first] = offered
    if (first !== undefined) onChange(value.replace(/[\p{L}\d]*$/u, first))
  }
  useKeys(
    'input',
    {
      submit: onSubmit,
      cancel: onCancel,
      erase: () => onChange(withoutLast(value)),
      clear: () => onChange(''),
      complete,
    },
    { text: typed => onChange(value + typed) },
  )
  const hint = problem === null ? offered.slice(0, OFFERED).join(' ') : ''
  const wrong: Piece[] = problem === null ? [] : [{ text: `${SYMBOLS.warning} ${problem}`, color: warning }]
  return <Row width={width} pieces={[...typedLine('  / ', value, hint), ...wrong]} />
}
