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
  const named = ` ${name} `
  const written = wordings(tabs).find(({ words, lead }) => columnsIn([lead ? named : ' ', ...words]) <= width)
  const { words, lead } = written ?? { words: [], lead: false }
  const start = lead ? named : ' '
  const room = width - columnsIn([start, ...words]) - columnsOf(right) - 1
  const pieces: Piece[] = [
    { text: start, bold: true },
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

type Tabs = HeaderProps['tabs']

/** The tabs in fewer and fewer columns: with the name before them; without; a space between two; of those one is not at the key alone. */
function wordings(tabs: Tabs): { readonly words: readonly string[]; readonly lead: boolean }[] {
  const bracketed = tabs.map(({ key, title, current }) => (current ? `[${key} ${title}]` : ` ${key} ${title} `))
  const close = tabs.map(({ key, title, current }) => (current ? `[${key} ${title}]` : `${key} ${title} `))
  const keys = tabs.map(({ key, title, current }) => (current ? `[${key} ${title}] ` : `${key} `))
  return [
    { words: bracketed, lead: true },
    { words: bracketed, lead: false },
    { words: close.map((word, i) => (tabs[i]!.current && i < close.length - 1 ? `${word} ` : word)), lead: false },
    { words: keys, lead: true },
    { words: keys, lead: false },
  ]
}

function columnsIn(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + columnsOf(word), 0)
}

/** A line across the screen. */
export function Rule({ width }: { readonly width: number }) {
  return <Text dimColor>{` ${'─'.repeat(Math.max(0, width - 2))}`}</Text>
}
