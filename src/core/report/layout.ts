/** How parts of the document are put together: sections, numbered tables and figures, lists of facts. */
import { type Child, html, type Markup } from './markup.ts'

/** Gives tables and figures their numbers, in the order in which they are asked for. */
export class Numbers {
  #tables = 0
  #figures = 0

  table(): string {
    this.#tables++
    return `Table ${this.#tables}`
  }

  figure(): string {
    this.#figures++
    return `Figure ${this.#figures}`
  }
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Child
}

export function section({ id, title, body }: Section): Markup {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`
}

/** A figure under its number. */
export function figure(number: string, caption: Child, body: Child, kind = ''): Markup {
  return html`<figure class="${kind}">
${body}
<figcaption><b>${number}.</b> ${caption}</figcaption>
</figure>
`
}

export interface TableParts {
  readonly number: string
  readonly caption: Child
  readonly head: readonly Child[]
  /** The first cell of each is its header. */
  readonly rows: readonly (readonly Child[])[]
  /** How many columns at the left hold words; the others hold numbers. */
  readonly words?: number
  readonly kind?: string
}

/** A table that can be scrolled where the page is narrower. */
export function table({ number, caption, head, rows, words = 1, kind = '' }: TableParts): Markup {
  const aligned = (at: number) => (at < words ? 'words' : 'numbers')
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${number}">
<table class="${kind}">
<caption><span><b>${number}.</b> ${caption}</span></caption>
<thead><tr>${head.map((cell, at) => html`<th scope="col" class="${aligned(at)}">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = '', ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell, at) => html`<td class="${aligned(at + 1)}">${cell}</td>`)}</tr>\n`)}</tbody>
</table>
</div>
`
}

/** Terms with what they are; those that are null are left out. */
export function facts(pairs: readonly (readonly [string, Child])[]): Markup {
  const there = pairs.filter(([, value]) => value !== null)
  return html`<dl>${there.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
`
}

/** Nothing where there are no items. */
export function list(items: readonly Child[], kind = ''): Markup | null {
  return items.length === 0
    ? null
    : html`<ul class="${kind}">${items.map(item => html`<li>${item}</li>\n`)}</ul>
`
}

/** `3 runs`, `1 run`. */
export function count(n: number, one: string, several = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : several}`
}

/** `2 h 5 min`, `14 min`, `32 s`. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
