/**
 * Measured numbers that may be NaN or infinite: a run that diverged is data.
 *
 * SQLite has no NaN: it stores one as NULL. So, in a column of measured numbers, NULL *is* NaN, and nothing else: such
 * columns hold a value whenever their row exists. R and pandas read it as NA and NaN, and SQL's own avg() leaves it out, so
 * never average in SQL. Infinities are stored as they are. -0 comes back as 0.
 */
import { z } from 'zod'

/** A measured number on its way into a column. */
export function stored(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/** A measured number out of a column; zod's own `number` refuses infinities. */
export const measured = z.union([z.number(), z.null().transform(() => Number.NaN), z.literal([Infinity, -Infinity])])

/** A ratio that may be undefined, on its way into a column; what is not finite is undefined too. */
export function storedRatio(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

/** A ratio out of a column: null where it is undefined. */
export const ratio = z.number().nullable()
