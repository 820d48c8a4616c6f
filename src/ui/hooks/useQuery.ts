import { isDeepStrictEqual } from 'node:util'
import { useRef, useSyncExternalStore } from 'react'
import type { Store } from '../../store/index.ts'
import { followerOf } from '../follower.ts'
import { useLab } from '../lab.ts'

/**
 * What `query` reads from the store, read again when the database changes (looked for four times a second) or an input does:
 * `const runs = useQuery(runRows, [], study)`. `nothing` is the answer while there is no database. A change that leaves the
 * value equal draws nothing. Queries are plain functions in `queries/`; inputs are compared one by one with `Object.is`.
 */
export function useQuery<Value, Inputs extends readonly unknown[]>(
  query: (store: Store, ...inputs: Inputs) => Value,
  nothing: Value,
  ...inputs: Inputs
): Value {
  const lab = useLab()
  const follower = followerOf(lab)
  const last = useRef<{ key: readonly unknown[]; value: Value } | null>(null)
  const read = (): Value => {
    const key = [follower.version(), lab, query, ...inputs]
    const before = last.current
    if (before !== null && equal(before.key, key)) return before.value
    const value = lab.store === null ? nothing : query(lab.store, ...inputs)
    const kept = before !== null && isDeepStrictEqual(before.value, value) ? before.value : value
    last.current = { key, value: kept }
    return kept
  }
  return useSyncExternalStore(follower.watch, read)
}

function equal(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, i) => Object.is(item, right[i]))
}
