import type { KeyHandlers } from '../keyboard.ts'
import { useKept } from './useKept.ts'

interface Reading {
  /** The value of x at which the lines are read; undefined before one asks for it. */
  readonly at: number | undefined
  /** For `useKeys`: left and right, from one of the values to the next. */
  readonly handlers: KeyHandlers
}

/** Reads a chart by keys: at `first`, then step by step through `values` of x, which rise. It is kept under `name`. */
export function useReading(name: string, values: readonly number[], first: number | undefined): Reading {
  const [kept, setKept] = useKept<number | null>(name, null)
  const at = kept !== null && values.includes(kept) ? kept : undefined
  const by = (step: number) => () => {
    const place = at === undefined ? values.indexOf(first ?? values[0]!) : values.indexOf(at) + step
    setKept(values[Math.min(Math.max(0, place), values.length - 1)] ?? null)
  }
  const some = values.length > 0
  return { at, handlers: { left: some ? by(-1) : undefined, right: some ? by(1) : undefined } }
}
