import { useKept } from './useKept.ts'

const NONE: readonly number[] = []

interface Marks {
  /** In the order in which they were marked. */
  readonly marked: readonly number[]
  toggle(run: number): void
  clear(): void
}

/** The runs that are marked: on one screen as on the others. */
export function useMarks(): Marks {
  const [marked, setMarked] = useKept('marks', NONE)
  return {
    marked,
    toggle: run => setMarked(before => (before.includes(run) ? before.filter(one => one !== run) : [...before, run])),
    clear: () => setMarked(NONE),
  }
}
