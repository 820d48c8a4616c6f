/** A chart by Observable Plot as SVG that tells what it shows to those who do not see it. */
import { plot } from '#plot'
import { html, Markup } from './markup.ts'
import { SvgDocument, type SvgElement } from './svgDocument.ts'

export interface ChartWords {
  readonly id: string
  /** What it is, in a few words. */
  readonly title: string
  /** What it shows. */
  readonly description: string
}

/** Height of letters in a chart, in its own pixels. Charts are narrow, so that letters stay legible on a telephone. */
const LETTERS = 13

/** Colours follow the page, light or dark: see style.ts. */
export const INK = {
  points: 'var(--points)',
  other: 'var(--other)',
  text: 'var(--ink)',
  line: 'var(--line)',
  paper: 'var(--paper)',
}

type Options = NonNullable<Parameters<typeof plot>[0]>

/** @param options as Plot takes them */
export function chart({ id, title, description }: ChartWords, options: Options): Markup {
  const document = new SvgDocument()
  const drawn: unknown = plot({
    ...options,
    document: document as unknown as NonNullable<Options['document']>,
    style: { fontSize: `${LETTERS}px` },
  })
  const svg = drawn as SvgElement
  const box = `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-words" viewBox="${box}" font-size="${LETTERS}" text-anchor="middle" fill="currentColor"><title id="${id}-title">${title}</title><desc id="${id}-words">${description}</desc>${new Markup(svg.inner)}</svg>`
}

/** A name in a chart; where there is no room it lacks some of its middle, for names often differ at their ends. */
export function chartName(name: string, letters: number): string {
  const all = [...name]
  if (all.length <= letters) return name
  const end = Math.floor(letters / 3)
  return `${all.slice(0, letters - 1 - end).join('')}…${all.slice(-end).join('')}`
}
