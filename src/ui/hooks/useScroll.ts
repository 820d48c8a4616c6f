import type { KeyHandlers } from '../keyboard.ts'
import { useKept } from './useKept.ts'

interface Scroll {
  /** The first line in sight. */
  readonly top: number
  /** Up, down, pages and ends; empty where everything is in sight. */
  readonly handlers: KeyHandlers
}

/** Scrolling `count` lines of which `page` are seen; kept under `name` while the screen is away. */
export function useScroll(name: string, count: number, page: number): Scroll {
  const [kept, setKept] = useKept(name, 0)
  const last = Math.max(0, count - page)
  const top = Math.min(kept, last)
  const to = (line: number) => () => setKept(Math.min(Math.max(0, line), last))
  if (last === 0) return { top: 0, handlers: {} }
  return {
    top,
    handlers: {
      up: to(top - 1),
      down: to(top + 1),
      pageUp: to(top - page + 1),
      pageDown: to(top + page - 1),
      first: to(0),
      last: to(last),
    },
  }
}
