/**
 * The part of a browser's document that Observable Plot draws in: elements with attributes and text, written as SVG. A whole one (jsdom,
 * linkedom) is larger than Plot itself, and linkedom writes `&` in attributes as it is.
 */
import { escaped } from './markup.ts'

type Child = SvgElement | SvgText

class SvgText {
  readonly data: string
  parentNode: SvgElement | null = null

  constructor(data: string) {
    this.data = data
  }

  remove(): void {
    this.parentNode?.removeChild(this)
  }
}

export class SvgElement {
  readonly tagName: string
  readonly namespaceURI = 'http://www.w3.org/2000/svg'
  readonly ownerDocument: SvgDocument
  readonly childNodes: Child[] = []
  readonly style = { setProperty: (name: string, value: string) => void this.#styles.set(name, value) }
  parentNode: SvgElement | null = null
  readonly #attributes = new Map<string, string>()
  readonly #styles = new Map<string, string>()

  constructor(tagName: string, ownerDocument: SvgDocument) {
    this.tagName = tagName
    this.ownerDocument = ownerDocument
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value))
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name)
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name)
  }

  set textContent(text: string | null) {
    this.childNodes.length = 0
    if (text !== null && text !== '') this.appendChild(new SvgText(text))
  }

  get children(): SvgElement[] {
    return this.childNodes.filter(child => child instanceof SvgElement)
  }

  get firstChild(): Child | null {
    return this.childNodes[0] ?? null
  }

  appendChild<T extends Child>(child: T): T {
    return this.insertBefore(child, null)
  }

  insertBefore<T extends Child>(child: T, before: Child | null): T {
    child.remove()
    child.parentNode = this
    this.childNodes.splice(before === null ? this.childNodes.length : this.childNodes.indexOf(before), 0, child)
    return child
  }

  append(...children: readonly (Child | string)[]): void {
    for (const child of children) this.appendChild(typeof child === 'string' ? new SvgText(child) : child)
  }

  removeChild(child: Child): void {
    this.childNodes.splice(this.childNodes.indexOf(child), 1)
    child.parentNode = null
  }

  remove(): void {
    this.parentNode?.removeChild(this)
  }

  /** What it holds, as markup. Rules of style and words for the parts of a picture are left out: the page has the ones, its title the others. */
  get inner(): string {
    return this.childNodes.map(child => (child instanceof SvgText ? escaped(child.data) : child.outer)).join('')
  }

  get outer(): string {
    if (this.tagName === 'style') return ''
    const styles = [...this.#styles].map(([name, value]) => `${name}: ${value}`).join('; ')
    const attributes = [...this.#attributes, ...(styles === '' ? [] : [['style', styles] as const])]
      .filter(([name]) => !name.startsWith('aria-'))
      .map(([name, value]) => ` ${name}="${escaped(GEOMETRY.has(name) ? rounded(value) : value)}"`)
    const inner = this.inner
    const tag = this.tagName + attributes.join('')
    return inner === '' ? `<${tag}/>` : `<${tag}>${inner}</${this.tagName}>`
  }
}

export class SvgDocument {
  readonly documentElement: SvgElement = new SvgElement('svg', this)

  createElementNS(_namespace: string, name: string): SvgElement {
    return new SvgElement(name, this)
  }

  createElement(name: string): SvgElement {
    return new SvgElement(name, this)
  }

  createTextNode(text: string): SvgText {
    return new SvgText(text)
  }
}

/** Attributes made of coordinates. */
const GEOMETRY = new Set([
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'r',
  'dx',
  'dy',
  'width',
  'height',
])

/** A hundredth of a pixel is exact enough, and the same on every machine. */
function rounded(coordinates: string): string {
  return coordinates.replace(/-?\d+\.\d{3,}(e[+-]?\d+)?/g, number => String(Math.round(Number(number) * 100) / 100 || 0))
}
