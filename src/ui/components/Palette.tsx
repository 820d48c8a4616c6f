import { useState } from 'react'
import { padded } from '../format/padded.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { Row } from './Row.tsx'
import { typedLine, withoutLast } from './TextInput.tsx'

export interface Command {
  readonly name: string
  readonly key: string
  readonly says: string
  readonly act: () => void
}

interface PaletteProps {
  readonly width: number
  readonly height: number
  readonly commands: readonly Command[]
  /** Called before the chosen command acts, and when none is chosen. */
  readonly onClose: () => void
}

/** Those that hold every word that is typed: first those in which each of them begins a word. */
function matching(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(' ')
  const text = ({ says, key }: Command): string => ` ${says} ${key}`.toLowerCase()
  const found = commands.filter(command => words.every(word => text(command).includes(word)))
  const begins = (command: Command): boolean => words.every(word => text(command).includes(` ${word}`))
  return [...found.filter(begins), ...found.filter(command => !begins(command))]
}

/** Commands found by their words. */
export function Palette({ width, height, commands, onClose }: PaletteProps) {
  const { accent } = useTheme()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const found = matching(commands, typed)
  const last = Math.max(0, found.length - 1)
  const cursor = Math.min(at, last)
  const change = (text: string): void => {
    setTyped(text)
    setAt(0)
  }
  useKeys(
    'palette',
    {
      up: () => setAt(Math.max(0, cursor - 1)),
      down: () => setAt(Math.min(last, cursor + 1)),
      erase: () => change(withoutLast(typed)),
      clear: () => change(''),
      cancel: onClose,
      submit: () => {
        onClose()
        found[cursor]?.act()
      },
    },
    { text: text => change(typed + text) },
  )
  const page = Math.max(1, height - 2)
  const top = Math.max(0, cursor - page + 1)
  return (
    <>
      <Row width={width} pieces={typedLine('  : ', typed, typed === '' ? 'what to do' : '')} />
      <Row width={width} pieces={[' ']} />
      {found.length === 0 && <Row width={width} pieces={['    Nothing is called that.']} />}
      {found.slice(top, top + page).map(({ name, key, says }, i) => {
        const here = top + i === cursor
        return (
          <Row
            key={name}
            width={width}
            pieces={[
              {
                text: `  ${here ? SYMBOLS.cursor : ' '} ${padded(says, Math.max(10, Math.min(60, width - 20)))}`,
                bold: here,
                color: here ? accent : undefined,
              },
              { text: `  ${key}`, dim: true },
            ]}
          />
        )
      })}
    </>
  )
}
