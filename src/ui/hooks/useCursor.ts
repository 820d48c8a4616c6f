import type { KeyHandlers } from '../keyboard.ts'
import { useKept } from './useKept.ts'

export interface Cursor {
  /** The row it is on; 0 in an empty list. */
  readonly at: number
  /** The first row of the window of `page` rows that holds the cursor. */
  readonly top: number
  moveTo(row: number): void
  /** For `useKeys`: up, down, pages and ends. */
  readonly handlers: KeyHandlers
}

/** A cursor over `count` rows of which `page` are seen. It is kept under `name` while the screen is away. */
export function useCursor(name: string, count: number, page: number): Cursor {
  const [place, setPlace] = useKept(name, { at: 0, top: 0 })
  const last = Math.max(0, count - 1)
  const within = (at: number, top: number): { at: number; top: number } => {
    const row = Math.min(Math.max(0, at), last)
    const lowest = Math.max(0, count - page)
    return { at: row, top: Math.min(Math.max(Math.min(top, row), row - page + 1, 0), lowest) }
  }
  const { at, top } = within(place.at, place.top)
  const moveTo = (row: number): void => setPlace(within(row, top))
  const by = (rows: number) => () => moveTo(at + rows)
  return {
    at,
    top,
    moveTo,
    handlers: {
      up: by(-1),
      down: by(1),
      pageUp: by(-Math.max(1, page - 1)),
      pageDown: by(Math.max(1, page - 1)),
      first: () => moveTo(0),
      last: () => moveTo(last),
    },
  }
}
