import { columnsOf } from './columns.ts'

/** A part of a line that says several things. */
export interface Phrase {
  readonly text: string
  /** Where not all fit, those of the highest number are left out first, and of these the last. */
  readonly need: number
  /** Between it and what stands before it. */
  readonly after?: string
}

/** Phrases on a line of at most `width` columns: what does not fit is left out whole. The most needed stays, however long it is. */
export function fitting(phrases: readonly Phrase[], width: number): string {
  const shown = phrases.filter(({ text }) => text !== '')
  while (shown.length > 1 && columnsOf(joined(shown)) > width) {
    const most = Math.max(...shown.map(one => one.need))
    shown.splice(
      shown.findLastIndex(one => one.need === most),
      1,
    )
  }
  return joined(shown)
}

function joined(phrases: readonly Phrase[]): string {
  return phrases.map(({ text, after = ' · ' }, at) => (at === 0 ? text : after + text)).join('')
}
