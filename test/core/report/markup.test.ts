import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escaped, html, plainJson } from '../../../src/core/report/markup.ts'
import { all, readDocument, words } from './documentReader.ts'

/** Text that documents may hold. */
const text = fc
  .string({ unit: 'grapheme' })
  .map(any => any.toWellFormed().replace(/[^\P{Cc}\n\t]|[\uFFFE\uFFFF]|[\u202A-\u202E\u2066-\u2069]/gu, ''))

describe('a template', () => {
  it('gives back any text, between tags and in attributes, as it was', () => {
    fc.assert(
      fc.property(text, text, (inside, attribute) => {
        const [element] = all(readDocument(html`<p title="${attribute}">${inside}</p>`.text), 'p')
        expect([words(element!), element!.attributes.title]).toEqual([inside, attribute])
      }),
    )
  })

  it('joins lists, writes numbers, leaves null out, and takes its own pieces as they are', () => {
    expect(html`${[html`<b>${'<'}</b>`, ' ', 1.5, null]}${null}`.text).toBe('<b>&lt;</b> 1.5')
    expect(escaped(`<>&"'`)).toBe('&lt;&gt;&amp;&quot;&#39;')
  })
})

describe('JSON in a document', () => {
  it('means what it was made of, and holds no letter that turns the line round or hides', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const written = plainJson(value)
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(written).not.toMatch(/[\p{Cf}\u2028\u2029]/u)
      }),
    )
    expect(plainJson({ name: 'a\u202Eb' })).toBe('{\n  "name": "a\\u202eb"\n}')
  })
})
