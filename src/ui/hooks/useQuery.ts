import { isDeepStrictEqual } from 'node:util'
import { useCallback, useRef, useSyncExternalStore } from 'react'
import type { Store } from '../../store/index.ts'
import { followerOf } from '../follower.ts'
import { useLab } from '../lab.ts'

/** A query takes at most one part in so many of the time: a slow one is read again less often, so that keys are drawn meanwhile. */
const SPARING = 20

interface Read<Value> {
  /** What it depended on. */
  readonly inputs: readonly unknown[]
  readonly version: number
  readonly value: Value
  /** When the next reading may be, by `performance.now()`. */
  readonly due: number
}

/**
 * What `query` reads from the store, read again when the database changes (looked for four times a second; for slow queries
 * less often) or an input does: `const runs = useQuery(runLines, [], study)`. `nothing` is the answer while there is no database. A
 * change that leaves the value equal draws nothing. Queries are plain functions in `queries/`; inputs are compared one by one with
 * `Object.is`.
 */
export function useQuery<Value, Inputs extends readonly unknown[]>(
  query: (store: Store, ...inputs: Inputs) => Value,
  nothing: Value,
  ...inputs: Inputs
): Value {
  const lab = useLab()
  const follower = followerOf(lab)
  const last = useRef<Read<Value> | null>(null)

  const read = (): Value => {
    const before = last.current
    const key = [lab, lab.store, query, ...inputs]
    const version = follower.version()
    const start = performance.now()
    if (before !== null && equal(before.inputs, key) && (before.version === version || start < before.due))
      return before.value
    const found = lab.store === null ? nothing : query(lab.store, ...inputs)
    const value = before !== null && isDeepStrictEqual(before.value, found) ? before.value : found
    const end = performance.now()
    last.current = { inputs: key, version, value, due: end + SPARING * (end - start) }
    return value
  }

  const subscribe = useCallback(
    (notify: () => void) => {
      let timer: NodeJS.Timeout | undefined
      const unwatch = follower.watch(() => {
        notify()
        // What was not yet due then is read later.
        const rest = (last.current?.due ?? 0) - performance.now()
        clearTimeout(timer)
        if (rest > 0 && last.current?.version !== follower.version()) timer = setTimeout(notify, rest + 1).unref()
      })
      return () => {
        unwatch()
        clearTimeout(timer)
      }
    },
    [follower],
  )
  return useSyncExternalStore(subscribe, read)
}

function equal(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, i) => Object.is(item, right[i]))
}
