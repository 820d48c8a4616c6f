import { Text } from 'ink'
import { columnsOf } from '../format/columns.ts'
import { useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'

interface HeaderProps {
  readonly width: number
  readonly name: string
  readonly tabs: readonly { readonly key: string; readonly title: string; readonly current: boolean }[]
  /** What stands at the right end: the way to the help. */
  readonly right: string
  /** The second line: what runs. */
  readonly status: string
}

/** Three lines: tabs, what runs, a rule. */
export function Header({ width, name, tabs, right, status }: HeaderProps) {
  const { accent } = useTheme()
  const words = tabs.map(({ key, title, current }) => (current ? `[${key} ${title}]` : ` ${key} ${title} `))
  const named = ` ${name} `
  const tabsTake = words.reduce((sum, word) => sum + columnsOf(word), 0)
  const lead = tabsTake + columnsOf(named) <= width ? named : ' '
  const room = width - columnsOf(lead) - tabsTake - columnsOf(right) - 1
  const pieces: Piece[] = [
    { text: lead, bold: true },
    ...words.map((text, i) => (tabs[i]!.current ? { text, color: accent, bold: true } : { text, dim: true })),
  ]
  if (room > 0) pieces.push({ text: ' '.repeat(room) }, { text: right, dim: true })
  return (
    <>
      <Row pieces={pieces} width={width} />
      <Row pieces={[{ text: ` ${status}`, dim: true }]} width={width} />
      <Rule width={width} />
    </>
  )
}

/** A line across the screen. */
export function Rule({ width }: { readonly width: number }) {
  return <Text dimColor>{` ${'─'.repeat(Math.max(0, width - 2))}`}</Text>
}
