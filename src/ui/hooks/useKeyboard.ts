import { useInput, usePaste } from 'ink'
import { useContext, useEffect, useEffectEvent, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { KeyboardContext, type LiveAction } from '../keyboard.ts'
import { afterEscape, keysPressed } from '../keyPress.ts'

type Arrived = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'paste'; readonly text: string }

/**
 * Sends what Ink reads to the keyboard, key by key; for the app's root, once. Each key waits until what the one before asked for is
 * drawn, whether both arrived at once or the drawing is slow: `/abc` opens the filter and then types into it.
 */
export function TerminalKeys(): null {
  const keyboard = useContext(KeyboardContext)
  const waiting = useRef<Arrived[]>([])
  /** Whether a key's drawing is not done yet, or the next key's turn has come. */
  const busy = useRef(false)
  const timer = useRef<NodeJS.Immediate>(undefined)
  const [turn, setTurn] = useState(0)

  const next = (): void => {
    busy.current = false
    if (keyboard.held) return
    const arrived = waiting.current.shift()
    if (arrived === undefined) return
    busy.current = true
    if (arrived.kind === 'paste') keyboard.paste(arrived.text)
    else {
      const both = keyboard.knows(arrived.key) ? null : afterEscape(arrived.key)
      const [now = arrived.key, ...later] = both ?? []
      waiting.current.unshift(...keysOf(later))
      keyboard.press(now)
    }
    // React draws updates of one kind together: once this one is drawn, so is what the key asked for.
    setTurn(count => count + 1)
  }
  const drawn = useEffectEvent(() => {
    // Not at once: others hear of this drawing after this.
    if (busy.current) timer.current = setImmediate(next)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn is drawn
  useLayoutEffect(() => drawn(), [turn])

  const arrive = (arrived: readonly Arrived[]): void => {
    waiting.current.push(...arrived)
    if (!busy.current) next()
  }
  useInput((input, key) => arrive(keysOf(keysPressed(input, key))))
  usePaste(text => arrive([{ kind: 'paste', text }]))
  const go = useEffectEvent(() => {
    if (busy.current || keyboard.held || waiting.current.length === 0) return
    busy.current = true
    timer.current = setImmediate(next)
  })
  useEffect(() => keyboard.watch(go), [keyboard])
  useEffect(() => () => clearImmediate(timer.current), [])
  return null
}

function keysOf(keys: readonly string[]): Arrived[] {
  return keys.map(key => ({ kind: 'key', key }))
}

/** Stands where a screen is on its way: keys wait for it. */
export function HoldKeys(): null {
  const keyboard = useContext(KeyboardContext)
  useLayoutEffect(() => keyboard.hold(), [keyboard])
  return null
}

/** What can be done now; draws again when that changes. */
export function useLiveActions(): LiveAction[] {
  const keyboard = useContext(KeyboardContext)
  useSyncExternalStore(keyboard.watch, keyboard.version)
  return keyboard.live()
}
