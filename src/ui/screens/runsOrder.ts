/** The order of the list of runs: by keys, or on its header. */
import { useState } from 'react'
import { laidOut, roomOf } from '../components/Table.tsx'
import { useKept } from '../hooks/useKept.ts'
import type { KeyHandlers } from '../keyboard.ts'
import { type Order, RUN_COLUMNS } from '../runColumns.ts'

interface RunOrder {
  readonly order: Order
  /** The column of the header that the cursor is on; null: it is in the list. */
  readonly header: number | null
  /** From the first run up to the header. */
  readonly toHeader: () => void
  /** By keys, wherever the cursor is. */
  readonly handlers: KeyHandlers
  /** On the header. */
  readonly headerHandlers: KeyHandlers
}

/** @param width of the list: what it has no room for cannot be gone to */
export function useRunOrder(width: number): RunOrder {
  const [order, setOrder] = useKept<Order>('runs.order', { column: 0, descending: false })
  const [at, setAt] = useState<number | null>(null)
  const widths = laidOut(RUN_COLUMNS, roomOf(width))
  const seen = RUN_COLUMNS.flatMap((_, column) => (widths[column] === 0 ? [] : [column]))
  // A narrower window may have dropped the column.
  const header = at === null ? null : (seen.findLast(column => column <= at) ?? 0)
  const next = (steps: number) => () => {
    const { length } = RUN_COLUMNS
    setOrder(before => ({ ...before, column: (before.column + steps + length) % length }))
  }
  const reverse = (): void => setOrder(before => ({ ...before, descending: !before.descending }))
  const move = (steps: number) => () => {
    const place = seen.indexOf(header ?? 0) + steps
    setAt(seen[Math.min(Math.max(0, place), seen.length - 1)] ?? 0)
  }
  const leave = (): void => setAt(null)
  return {
    ...{ order, header },
    toHeader: () => setAt(seen.includes(order.column) ? order.column : 0),
    handlers: { sortNext: next(1), sortPrevious: next(-1), reverse },
    headerHandlers: {
      left: move(-1),
      right: move(1),
      first: move(-RUN_COLUMNS.length),
      last: move(RUN_COLUMNS.length),
      up: () => {},
      down: leave,
      pageDown: leave,
      back: leave,
      open: () => (header === order.column ? reverse() : setOrder({ column: header ?? 0, descending: false })),
    },
  }
}
