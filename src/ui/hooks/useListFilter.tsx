import { type ReactNode, useState } from 'react'
import { Row } from '../components/Row.tsx'
import { TextInput } from '../components/TextInput.tsx'
import type { KeyHandlers } from '../keyboard.ts'
import { keyWords } from '../keymap.ts'
import { useKept } from './useKept.ts'

interface ListFilter {
  /** Whether a row of these texts is wanted: every word is in one of them. */
  readonly accepts: (texts: readonly string[]) => boolean
  /** Whether anything is left out. */
  readonly some: boolean
  /** For `useKeys`, beside the list's own. */
  readonly handlers: KeyHandlers
  /** What is typed or wanted, on a line; null where nothing is. */
  readonly line: ReactNode
}

/** `/` over a list: words, joined by and; Esc shows all again. Kept under `name` while the screen is away. */
export function useListFilter(name: string, width: number): ListFilter {
  const [wanted, setWanted] = useKept(name, '')
  const [typing, setTyping] = useState(false)
  const words = wanted.toLowerCase().split(' ').filter(Boolean)
  const clear = (): void => {
    setWanted('')
    setTyping(false)
  }
  const line = typing ? (
    <TextInput
      width={width}
      label="  / "
      value={wanted}
      onChange={setWanted}
      onSubmit={() => setTyping(false)}
      onCancel={clear}
    />
  ) : wanted === '' ? null : (
    <Row width={width} pieces={[{ text: `  /${wanted}   ${keyWords('back')} shows all`, dim: true }]} />
  )
  return {
    accepts: texts => words.every(word => texts.some(text => text.toLowerCase().includes(word))),
    some: words.length > 0,
    handlers: { filter: () => setTyping(true), back: wanted === '' ? undefined : clear },
    line,
  }
}
