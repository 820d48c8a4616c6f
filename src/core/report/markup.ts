/** HTML whose every value is text: names from files, people's notes and messages never become markup. */

/** A piece of a document that is markup already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template: text and numbers are escaped, lists are joined, null leaves nothing. */
export type Child = Markup | string | number | null | readonly Child[]

/** A template whose own text is markup and whose values are not: html`<p>${name}</p>`. */
export function html(markup: TemplateStringsArray, ...values: readonly Child[]): Markup {
  return new Markup(markup.map((piece, i) => piece + (i < values.length ? written(values[i]!) : '')).join(''))
}

function written(value: Child): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return value.map(written).join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/**
 * For text and for quoted attributes, of HTML and XML alike. What neither may hold becomes U+FFFD, and so do controls that turn round the
 * writing of what follows: in a sentence they would turn its numbers. Right-to-left letters stay.
 */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|[\uFFFE\uFFFF]|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
    .replace(/[&<>"']/g, letter => ENTITIES[letter]!)
}

/** A name from a file or a person, kept apart from the words around it whichever way it is written. */
export function named(name: string): Markup {
  return html`<bdi>${name}</bdi>`
}

/** A name that may go on in the next line before each capital: for narrow columns. */
export function breakable(name: string): Markup {
  return html`<bdi>${name.split(/(?<=\p{Ll})(?=\p{Lu})/u).map((part, i) => (i === 0 ? part : html`<wbr>${part}`))}</bdi>`
}

/** Names in a row. */
export function namedList(names: readonly string[]): Markup {
  return html`${names.map((name, i) => [i === 0 ? '' : ', ', named(name)])}`
}

/** A number as people read it, with all its digits for programs. */
export function datum(value: number | null, shown: string): Markup {
  return value === null ? html`${shown}` : html`<data value="${String(value)}">${shown}</data>`
}

/** Lists and objects that fit a line stand on one. */
const LINE = 100

/**
 * A JSON text whose characters stand where they are: those that change the direction of writing, or that nobody sees, as \u escapes, which
 * mean the same.
 */
export function plainJson(value: unknown): string {
  return laid(value, '').replace(/[\p{Cf}\p{Co}\u2028\u2029]/gu, letters =>
    [...Array(letters.length).keys()].map(i => `\\u${letters.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}

function laid(value: unknown, indent: string): string {
  const whole = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || (indent !== '' && indent.length + whole.length <= LINE)) return whole
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const items = isList
    ? value.map(item => laid(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${laid(item, inner)}`)
  const [open, close] = isList ? '[]' : '{}'
  return `${open}\n${items.map(item => inner + item).join(',\n')}\n${indent}${close}`
}
