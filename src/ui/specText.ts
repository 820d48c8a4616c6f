/** A study's spec as lines of JSON. */
import type { Line } from './components/Lines.tsx'
import { wrapped } from './format/wrapped.ts'

/** Each field on a line, or a list with an item on each; what does not fit goes on below, further in. */
export function specLines(spec: object, width: number): Line[] {
  const fields = Object.entries(spec).flatMap(([name, value]: [string, unknown], i, all) => {
    const end = i === all.length - 1 ? '' : ','
    const flat = spaced(value)
    if (!Array.isArray(value) || flat.length < 60) return [`  "${name}": ${flat}${end}`]
    const items = value.map((item, at) => `    ${spaced(item)}${at === value.length - 1 ? '' : ','}`)
    return [`  "${name}": [`, ...items, `  ]${end}`]
  })
  return ['{', ...fields, '}'].flatMap(line => {
    const [first = '', ...rest] = wrapped(line.trimStart(), width - 8)
    const indent = ' '.repeat(2 + line.length - line.trimStart().length)
    return [[indent + first], ...rest.map(more => [`${indent}    ${more}`])]
  })
}

/** On one line, with spaces where a person would put them. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')
}
