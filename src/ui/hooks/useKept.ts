import { createContext, useCallback, useContext, useState } from 'react'

/** What screens keep while they are not shown: cursors, filters, choices. One a lab. */
export const KeptContext = createContext(new Map<string, unknown>())

/**
 * `useState` that outlives the screen: coming back, one finds the cursor where it was. `name` is the screen's and the value's:
 * `runs.filter`. One name has one type.
 */
export function useKept<T>(name: string, initial: T): readonly [T, (next: T | ((before: T) => T)) => void] {
  const kept = useContext(KeptContext)
  const [value, setValue] = useState<T>(() => (kept.has(name) ? (kept.get(name) as T) : initial))
  const set = useCallback(
    (next: T | ((before: T) => T)) => {
      setValue(before => {
        const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next
        kept.set(name, after)
        return after
      })
    },
    [kept, name],
  )
  return [value, set]
}
