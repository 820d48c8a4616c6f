/** Numbers and rows of tables as text. */

/** Stands for a number that there is not. */
export const UNKNOWN = '·'

/** Four significant digits; `diverged` for what falls on a diverged run. */
export function significant(value: number | null): string {
  if (value === null) return UNKNOWN
  return Number.isFinite(value) ? value.toPrecision(4) : 'diverged'
}

/** `[0.6120 0.6471]`. */
export function intervalText(low: number | null, high: number | null): string {
  return `[${significant(low)} ${significant(high)}]`
}

/** A p value with two significant digits. */
export function probability(p: number | null): string {
  return p === null ? UNKNOWN : p.toPrecision(2)
}

/** Rows of equal length as lines: the first `left` columns to the left, the others to the right; no space at line ends. */
export function aligned(rows: readonly (readonly string[])[], left = 1): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row =>
    row
      .map((field, c) => (c < left ? field.padEnd(widths[c]!) : field.padStart(widths[c]!)))
      .join('   ')
      .trimEnd(),
  )
}

/** A row of Markdown; no cell ends early. */
export function markdownRow(fields: readonly string[]): string {
  return `| ${fields.map(field => markdownText(field.trim())).join(' | ')} |`
}

/** For Markdown: no cell ends early, no name is markup, and no note becomes a list. */
export function markdownText(words: string): string {
  return words
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/^([*-])/, '\\$1')
}

/** A line of RFC 4180. Null is empty; infinities are `Inf` and `-Inf`. */
export function csvLine(fields: readonly (string | number | boolean | null)[]): string {
  return fields
    .map(field =>
      field === null ? '' : typeof field === 'number' ? String(field).replace('Infinity', 'Inf') : String(field),
    )
    .map(field => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}
