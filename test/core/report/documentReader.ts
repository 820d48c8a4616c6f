/** Reads a document the way a strict reader does: every element closed, in order. Only for documents without raw text but in style and title. */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

const VOID = new Set(['meta', 'img', 'wbr', 'br', 'hr', 'link', 'input'])
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const TOKEN = /<!doctype html>|<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)\s*(\/?)>|[^<]+/gy

/** @throws Error where an element is not closed, a `<` is no tag, or an `&` is no entity that the report writes */
export function readDocument(text: string): Element {
  const root = { name: '#document', attributes: {}, children: [] as (Element | string)[] }
  const open: { name: string; children: (Element | string)[] }[] = [root]
  let at = 0
  for (const token of text.matchAll(TOKEN)) {
    if (token.index !== at) break
    at += token[0].length
    const [whole, closing, name, attributes, selfClosing] = token
    const inside = open.at(-1)!
    if (name === undefined) {
      if (whole.startsWith('<!')) continue
      inside.children.push(inside.name === 'style' ? whole : plain(whole))
    } else if (closing === '/') {
      if (inside.name !== name) throw new Error(`</${name}> closes <${inside.name}> at ${at}`)
      open.pop()
    } else {
      const pairs = [...(attributes ?? '').matchAll(/\s+([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g)].map(([, key, value]) => [
        key!,
        plain(value!),
      ])
      const element = { name, attributes: Object.fromEntries(pairs), children: [] }
      inside.children.push(element)
      if (selfClosing !== '/' && !VOID.has(name)) open.push(element)
    }
  }
  if (at !== text.length) throw new Error(`no markup at ${at}: ${text.slice(at, at + 80)}`)
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> is never closed`)
  return root
}

function plain(text: string): string {
  return text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    const letter = ENTITIES[name]
    if (letter === undefined || !whole.endsWith(';')) throw new Error(`'${whole}' is no entity`)
    return letter
  })
}

export function all(element: Element, name: string): Element[] {
  return element.children.flatMap(child =>
    typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...all(child, name)],
  )
}

/** All elements, in the order of the document. */
export function everything(element: Element): Element[] {
  return element.children.flatMap(child => (typeof child === 'string' ? [] : [child, ...everything(child)]))
}

export function words(element: Element): string {
  return element.children.map(child => (typeof child === 'string' ? child : words(child))).join('')
}
