/** The form as lines, and which of them are in sight. Pure. */
import type { EvenRow, Field, MixRow } from './composeParts.ts'

export type FormLine =
  | { readonly kind: 'field'; readonly key: string; readonly field: Field; readonly at: number }
  | { readonly kind: 'head'; readonly key: string }
  | { readonly kind: 'even'; readonly key: string; readonly field: Field; readonly row: EvenRow }
  | { readonly kind: 'mix'; readonly key: string; readonly field: Field; readonly row: MixRow }

/** Every field on a line; the names of the classes over the scenarios; under the scenario of the cursor its bars. */
export function formLines(fields: readonly Field[], cursor: number): FormLine[] {
  return fields.flatMap((field, at): FormLine[] => {
    const key = `${field.id} ${field.scenario ?? ''}`
    const line: FormLine = { kind: 'field', key, field, at }
    const head: FormLine[] = field.scenario === 0 ? [{ kind: 'head', key: 'scenarios head' }] : []
    const rows = at === cursor ? (field.view?.rows ?? []) : []
    const mixes = rows.map((row, i): FormLine => ({ kind: 'mix', key: `${key} mix ${i}`, field, row }))
    const even = at === cursor && field.view !== undefined ? field.view.even : null
    return [
      ...head,
      line,
      ...mixes,
      ...(even === null ? [] : [{ kind: 'even' as const, key: `${key} even`, field, row: even }]),
    ]
  })
}

/** The first of `page` lines in sight, so that the cursor's field and the part it is on are, in the middle where they can be. */
export function topLine(lines: readonly FormLine[], cursor: number, part: number, page: number): number {
  const field = lines.findIndex(line => line.kind === 'field' && line.at === cursor)
  const mix = lines.findIndex(line => (line.kind === 'mix' || line.kind === 'even') && line.row.parts.includes(part))
  const middle = mix < 0 ? field : Math.max(field, Math.min(mix, field + page - 2))
  return Math.max(0, Math.min(middle - (page >> 1), lines.length - page))
}
