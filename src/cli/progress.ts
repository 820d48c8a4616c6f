/** How far long work is: a bar on a terminal, a line now and then elsewhere, nothing when quiet. */
import { formatDuration, formatNumber, printable } from '../ui/index.ts'

/** Seconds between two lines where stderr is no terminal, and between two drawings of the bar where it is one. */
const LINE_EVERY = 10
const DRAW_EVERY = 0.1

export interface ProgressState {
  /** What is done: `training`, `decoding`. */
  readonly label: string
  /** What is counted, in the plural: `images`, `runs`. */
  readonly unit: string
  readonly done: number
  /** Null where it is not known. */
  readonly total: number | null
  /** Since the work began. */
  readonly seconds: number
  /** Done when the work began: it counts for no rate. */
  readonly from: number
  /** A few words on what is at hand. */
  readonly note: string
}

/** The handle that long work holds. */
export interface Progress {
  /** `done` counts from 0 to the total. */
  update(done: number, note?: string): void
  /** Ends it: the bar goes, a closing line stays where stderr is no terminal. */
  end(): void
}

export interface ProgressOptions {
  readonly label: string
  readonly unit: string
  readonly total: number | null
  /** Where it begins; 0 when left out. */
  readonly from?: number
}

/** Where progress is written. */
export interface ProgressPlace {
  readonly terminal: boolean
  readonly quiet: boolean
  readonly columns: () => number
  readonly write: (text: string) => void
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
}

export function createProgress(options: ProgressOptions, place: ProgressPlace): Progress {
  const from = options.from ?? 0
  const start = place.clock()
  let written = place.terminal ? Number.NEGATIVE_INFINITY : 0
  let done = from
  let note = ''
  let ended = place.quiet
  const state = (): ProgressState => {
    return { ...options, done, from, note, seconds: (place.clock() - start) / 1000 }
  }
  return {
    update(now, words = note) {
      done = now
      note = words
      const seconds = (place.clock() - start) / 1000
      if (ended || seconds - written < (place.terminal ? DRAW_EVERY : LINE_EVERY)) return
      written = seconds
      place.write(place.terminal ? `\r\x1b[K${progressBar(state(), place.columns())}` : `${progressLine(state())}\n`)
    },
    end() {
      if (ended) return
      ended = true
      place.write(place.terminal ? '\r\x1b[K' : `${progressLine(state())}\n`)
    },
  }
}

/** Seconds below which a rate says nothing: work that was told of when it was done already. */
const NO_RATE_BELOW = 0.01

/** Units a second, and the seconds left by that rate; NaN where not known yet. */
export function pace(state: ProgressState): { readonly rate: number; readonly left: number } {
  const rate =
    state.done > state.from && state.seconds >= NO_RATE_BELOW ? (state.done - state.from) / state.seconds : Number.NaN
  return { rate, left: state.total === null ? Number.NaN : (state.total - state.done) / rate }
}

/** One line of at most `columns - 1` characters. */
export function progressBar(state: ProgressState, columns: number): string {
  const { rate, left } = pace(state)
  const parts = [`${state.done}${state.total === null ? '' : `/${state.total}`} ${state.unit}`]
  if (Number.isFinite(rate)) parts.push(`${formatNumber(rate, 3)}/s`)
  if (Number.isFinite(left)) parts.push(`${formatDuration(left)} left`)
  if (state.note !== '') parts.push(printable(state.note))
  const words = `${printable(state.label)} `
  const rest = ` ${parts.join('  ')}`
  const room = Math.min(30, columns - 1 - words.length - rest.length)
  if (state.total === null || room < 5) return `${words}${rest}`.slice(0, Math.max(0, columns - 1))
  const full = Math.round(room * Math.min(1, state.total === 0 ? 1 : state.done / state.total))
  return `${words}${'█'.repeat(full)}${'░'.repeat(room - full)}${rest}`
}

/** A sentence for a log. */
export function progressLine(state: ProgressState): string {
  const { rate, left } = pace(state)
  const percent = state.total ? ` (${Math.floor((100 * state.done) / state.total)} %)` : ''
  const parts = [`${state.done}${state.total === null ? '' : ` of ${state.total}`} ${state.unit}${percent}`]
  if (Number.isFinite(rate)) parts.push(`${formatNumber(rate, 3)}/s`)
  if (state.done === state.total) parts.push(`took ${formatDuration(state.seconds)}`)
  else if (Number.isFinite(left)) parts.push(`${formatDuration(left)} left`)
  if (state.note !== '') parts.push(printable(state.note))
  return `${printable(state.label)}: ${parts.join(', ')}`
}
