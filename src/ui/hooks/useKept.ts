import { createContext, useCallback, useContext, useInsertionEffect, useReducer, useRef } from 'react'

/** What screens keep while they are not shown: cursors, filters, choices. One a lab. */
export const KeptContext = createContext(new Map<string, unknown>())

/**
 * `useState` that outlives the screen: coming back, one finds the cursor where it was. `name` is the screen's and the value's:
 * `runs.filter`. One name has one type.
 */
export function useKept<T>(name: string, initial: T): readonly [T, (next: T | ((before: T) => T)) => void] {
  const kept = useContext(KeptContext)
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const first = useRef(initial)
  useInsertionEffect(() => {
    first.current = initial
  })
  const value = kept.has(name) ? (kept.get(name) as T) : initial
  const set = useCallback(
    // At once, not when it is drawn: what a screen waits for is kept even if it is away when that comes.
    (next: T | ((before: T) => T)) => {
      const before = kept.has(name) ? (kept.get(name) as T) : first.current
      const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next
      kept.set(name, after)
      if (!Object.is(before, after)) drawAgain()
    },
    [kept, name],
  )
  return [value, set]
}
