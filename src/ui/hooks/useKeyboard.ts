import { useInput, usePaste } from 'ink'
import { useContext, useEffect, useEffectEvent, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { KeyboardContext, type LiveAction } from '../keyboard.ts'
import { afterEscape, keysPressed } from '../keyPress.ts'

/**
 * Sends what Ink reads to the keyboard, key by key. Of several keys that arrived at once, each waits until the drawing that
 * the one before asked for is done, so that `/abc` opens the filter and then types into it. For the app's root, once.
 */
export function useTerminalKeys(): void {
  const keyboard = useContext(KeyboardContext)
  const waiting = useRef<string[]>([])
  const timer = useRef<NodeJS.Immediate>(undefined)

  const next = (): void => {
    timer.current = undefined
    if (keyboard.held) return
    const key = waiting.current.shift()
    const both = key === undefined || keyboard.knows(key) ? null : afterEscape(key)
    if (both !== null) waiting.current.unshift(...both)
    else if (key !== undefined) keyboard.press(key)
    if (waiting.current.length > 0) settle()
  }
  const settle = (): void => {
    // React plans its work in the first turn of the loop and does it in the second.
    timer.current = setImmediate(() => {
      timer.current = setImmediate(next)
    })
  }
  useInput((input, key) => {
    waiting.current.push(...keysPressed(input, key))
    if (timer.current === undefined) next()
  })
  usePaste(text => keyboard.paste(text))
  const go = useEffectEvent(() => {
    if (!keyboard.held && waiting.current.length > 0 && timer.current === undefined) settle()
  })
  useEffect(() => keyboard.watch(go), [keyboard])
  useEffect(() => () => clearImmediate(timer.current), [])
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
