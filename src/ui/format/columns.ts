/** How many columns of a terminal a text takes. */
/** What the lab itself writes and most names hold: a column for each code unit. */
const NARROW = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25bf\u2713\u2715\u2800-\u28ff]*$/
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u3099-\u30ff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u
const ZERO = /^[\p{M}\p{Cf}]+$/u

/** Columns of printable text: two for wide signs, none for those that only mark the one before. */
export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length
  return graphemes(text).reduce((sum, one) => sum + one.columns, 0)
}

/** The signs of a text as a reader counts them, with their columns. */
export function graphemes(text: string): { readonly text: string; readonly columns: number }[] {
  return Array.from(segmenter.segment(text), ({ segment }) => ({ text: segment, columns: columnsOfOne(segment) }))
}

function columnsOfOne(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}
