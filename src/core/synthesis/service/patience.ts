/** How long to wait before a service is asked again. */
import type { RandomStream } from '../../shared/random.ts'

const FIRST = 1000
const LONGEST = 60_000

/**
 * Milliseconds before attempt `attempt` + 1 (counted from 1): doubling from one second to a minute, a random part of up to half of it left out; never less than the service
 * asked for, and then up to a quarter more, so that not all come back at once.
 */
export function delayBefore(attempt: number, asked: number | null, random: RandomStream): number {
  const own = Math.min(LONGEST, FIRST * 2 ** (attempt - 1)) * (1 - random.uniform() / 2)
  return asked === null ? own : Math.max(own, asked * (1 + random.uniform() / 4))
}

/** The milliseconds that `retry-after-ms` or `retry-after` (seconds or a date) ask for; null where they say nothing. RFC 9110, 10.2.3. */
export function askedDelay(headers: Pick<Headers, 'get'>, now: number): number | null {
  const milliseconds = headers.get('retry-after-ms')
  if (milliseconds !== null && /^\d+(\.\d+)?$/.test(milliseconds.trim())) return Number(milliseconds)
  const given = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000
  const date = /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
