/** How many columns of a terminal a text takes. */
const ASCII = /^[\x20-\x7e]*$/
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u3099-\u30ff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u
const ZERO = /^[\p{M}\p{Cf}]+$/u

/** Columns of printable text: two for wide signs, none for those that only mark the one before. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length
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
