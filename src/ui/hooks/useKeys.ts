import { useContext, useInsertionEffect, useLayoutEffect, useRef } from 'react'
import { KeyboardContext, type KeyHandlers } from '../keyboard.ts'
import type { Context } from '../keymap.ts'

interface Options {
  /** Listens only while true; a screen passes its `active`. Default true. */
  readonly active?: boolean
  /** Takes what is typed or pasted; letters are text then, not keys. For lines of text. */
  readonly text?: (typed: string) => void
}

/**
 * Listens to the keys of a context: `useKeys('runs', { open: () => go('runDetail', { run }), up: cursor.up }, { active })`.
 *
 * A handler that is undefined, or left out, is not possible now: it stands neither in the footer nor in the palette. Handlers
 * see the state of their last drawing, also when many keys arrive at once. One that returns false did not want the key, which then
 * goes on (to the shell's `back`, say).
 */
export function useKeys(context: Context, handlers: KeyHandlers, { active = true, text }: Options = {}): void {
  const keyboard = useContext(KeyboardContext)
  const latest = useRef({ handlers, text })
  useInsertionEffect(() => {
    latest.current = { handlers, text }
  })
  const takesText = text !== undefined
  useLayoutEffect(() => {
    if (!active) return
    const listener = { context, handlers: () => latest.current.handlers }
    return keyboard.listen(takesText ? { ...listener, text: typed => latest.current.text?.(typed) } : listener)
  }, [keyboard, context, active, takesText])

  const possible = Object.entries(handlers)
    .filter(([, handler]) => handler !== undefined)
    .map(([action]) => action)
    .join()
  const before = useRef(possible)
  useLayoutEffect(() => {
    if (before.current === possible) return
    before.current = possible
    if (active) keyboard.changed()
  }, [keyboard, possible, active])
}
