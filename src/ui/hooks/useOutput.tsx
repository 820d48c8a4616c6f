/** Copying and exporting, from any screen: the question and what came of it stand on the shell's lowest rule. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { messageOf } from '../../core/shared/errors.ts'
import { Confirm, questionFrame } from '../components/Confirm.tsx'
import { Row } from '../components/Row.tsx'
import { endOf } from '../format/padded.ts'
import { type Lab, useLab } from '../lab.ts'
import type { TextFile } from '../textFile.ts'
import { SYMBOLS, useTheme } from '../theme.ts'

export interface Output {
  /** To the clipboard of where one sits. */
  copy(text: string): void
  /** To a file, after asking. `save` is called after a yes; what it throws is said. */
  write(file: TextFile, save: (path: string) => Promise<void>): void
}

/** Milliseconds that what was done is said. */
const SAID = 5000

export const OutputContext = createContext<Output | null>(null)

export function useOutput(): Output {
  const output = useContext(OutputContext)
  if (output === null) throw new Error('a screen was drawn outside the shell')
  return output
}

type State =
  | { readonly kind: 'asks'; readonly file: TextFile; readonly save: (path: string) => Promise<void> }
  | { readonly kind: 'busy' | 'done' | 'failed'; readonly words: string }

/** For the shell: what its screens are given, and the line that stands in place of its rule, or null. */
export function useOutputLine(width: number): { readonly output: Output; readonly line: ReactNode } {
  const lab = useLab()
  const { good, failure } = useTheme()
  const [state, setState] = useState<State | null>(null)
  const passing = state?.kind === 'done' || state?.kind === 'failed' ? state : null
  useEffect(() => {
    if (passing === null) return
    const timer = setTimeout(() => setState(null), SAID).unref()
    return () => clearTimeout(timer)
  }, [passing])
  const latest = useRef(lab)
  latest.current = lab
  const output = useMemo(() => outputOf(latest, setState), [])
  if (state === null) return { output, line: null }
  if (state.kind === 'asks') {
    const { file, save } = state
    const yes = async (): Promise<void> => {
      setState({ kind: 'busy', words: `Writing ${endOf(file.path, width - 16)} ...` })
      try {
        await save(file.path)
        setState({ kind: 'done', words: `written to ${endOf(file.path, width - 16)}` })
      } catch (thrown) {
        setState({ kind: 'failed', words: messageOf(thrown) })
      }
    }
    const asks = file.exists ? 'Replace' : 'Write'
    const question = `${asks} ${endOf(file.path, width - questionFrame(asks.length + 2))}?`
    return { output, line: <Confirm {...{ width, question }} onNo={() => setState(null)} onYes={() => void yes()} /> }
  }
  const symbols = { busy: SYMBOLS.unknown, done: SYMBOLS.good, failed: SYMBOLS.failure }
  const colours = { busy: undefined, done: good, failed: failure }
  const symbol = { text: ` ${symbols[state.kind]} `, color: colours[state.kind] }
  return { output, line: <Row width={width} pieces={[symbol, state.words]} /> }
}

function outputOf(lab: { readonly current: Lab }, setState: (state: State) => void): Output {
  return {
    copy(text) {
      try {
        lab.current.copy(text)
        const [first = '', ...more] = text.trimEnd().split('\n')
        const words = more.length === 0 ? first.replaceAll('\t', '  ') : `${more.length + 1} lines`
        setState({ kind: 'done', words: `copied, where the terminal lets programs copy (OSC 52): ${words}` })
      } catch (thrown) {
        setState({ kind: 'failed', words: messageOf(thrown) })
      }
    },
    write: (file, save) => setState({ kind: 'asks', file, save }),
  }
}
