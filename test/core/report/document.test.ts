import { describe, expect, it } from 'vitest'
import { reportHtml } from '../../../src/core/report/index.ts'
import { type Invented, inventedContent } from './content.ts'
import { all, type Element, everything, readDocument, words } from './documentReader.ts'

const report = (invented?: Invented): Element => readDocument(reportHtml(inventedContent(invented)))

describe('the report of a study', () => {
  const page = report()

  it('has every part, under one title and headings that skip no level', () => {
    expect(all(page, 'h1').map(words)).toEqual(['main'])
    expect(all(page, 'h2').map(words)).toEqual([
      'Question',
      'What it shows',
      'Data',
      'Method',
      'Results by cell',
      'Declared contrasts',
      'Training',
      'Confusion matrices',
      'Synthetic images',
      'What the models look at',
      'Cost',
      'Provenance',
      'Spec',
    ])
    let level = 0
    for (const { name } of everything(page).filter(one => /^h[1-6]$/.test(one.name))) {
      expect(Number(name[1])).toBeLessThanOrEqual(level + 1)
      level = Number(name[1])
    }
    const ids = everything(page).flatMap(({ attributes }) => attributes.id ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const { attributes } of all(page, 'a')) expect(ids).toContain(attributes.href?.slice(1))
  })

  it('says once that it is not for diagnosis', () => {
    expect(words(page).match(/diagnosis/g)).toHaveLength(1)
  })

  it('names its language, and asks for nothing: no script, no address but of pictures inside it', () => {
    expect(all(page, 'html')[0]?.attributes.lang).toBe('en')
    const elements = everything(page)
    for (const name of ['script', 'link', 'iframe', 'object', 'base', 'form']) expect(all(page, name)).toEqual([])
    for (const { attributes } of elements) {
      for (const [key, value] of Object.entries(attributes)) {
        expect(key).not.toMatch(/^on/)
        if (key === 'src') expect(value).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/=]+$/)
        if (key === 'href') expect(value).toMatch(/^#[a-z]+$/)
      }
    }
    expect(reportHtml(inventedContent())).not.toMatch(/url\(|@import|https?:/)
  })

  it('tells of each chart what it shows, and gives each picture words', () => {
    const charts = all(page, 'svg')
    expect(charts.length).toBeGreaterThan(10)
    for (const chart of charts) {
      const [title, description] = chart.children as Element[]
      expect(chart.attributes.role).toBe('img')
      expect(chart.attributes['aria-labelledby']).toBe(`${title!.attributes.id} ${description!.attributes.id}`)
      expect([title!.name, description!.name]).toEqual(['title', 'desc'])
      expect(words(title!)).toMatch(/^cnn/)
      expect(words(description!).length).toBeGreaterThan(5)
    }
    for (const { attributes } of all(page, 'img')) expect(attributes.alt?.length).toBeGreaterThan(5)
  })

  it('draws the learning curve where three fractions of real images or more were trained on', () => {
    const drawn = (of: Element) =>
      all(of, 'svg').filter(({ children }) => /by real training images$/.test(words(children[0] as Element)))
    expect(drawn(page)).toEqual([])
    const [chart, ...others] = drawn(report({ fractions: [0.4, 0.6] }))
    expect(others).toHaveLength(1) // on validation and on test images
    const described = words(chart!.children[1] as Element)
    expect(described).toMatch(/^none: \d+ images, median 0\.\d+, 7 runs, .*; flip: /)
    expect(all(chart!, 'circle')).toHaveLength(6) // two policies at three fractions
  })

  it('gives every table a caption with its number, and headers their scope', () => {
    const tables = all(page, 'table')
    const numbers = tables.map(table => words(all(table, 'caption')[0]!).match(/^Table (\d+)\. /)?.[1])
    expect(numbers).toEqual(tables.map((_, i) => String(i + 1)))
    for (const table of tables) {
      for (const header of all(table, 'th')) expect(['col', 'row']).toContain(header.attributes.scope)
    }
  })

  /** The values of each cell of each table of a kind, with all their digits. */
  const valuesIn = (kind: string) =>
    all(page, 'table')
      .filter(table => table.attributes.class === kind)
      .flatMap(table => all(all(table, 'tbody')[0]!, 'tr'))
      .map(row => all(row, 'td').map(cell => all(cell, 'data').map(({ attributes }) => attributes.value)))
  const written = (...values: readonly (number | null)[]) => values.filter(value => value !== null).map(String)

  it('holds the medians of its tables with all their digits, cell by cell', () => {
    const rows = inventedContent().tables.flatMap(table => table.rows)
    expect(valuesIn('medians')).toEqual(
      rows.map(({ cells }) =>
        cells.map(({ median, low, high, n, interquartileMean, published }) =>
          written(median, low, high, n, interquartileMean, published),
        ),
      ),
    )
  })

  it('holds the numbers of its contrasts with all their digits, row by row', () => {
    const contrasts = inventedContent().contrasts.flatMap(one => one.contrasts)
    expect(valuesIn('contrasts')).toEqual(
      contrasts.map(one => [
        [],
        written(one.pairs),
        written(one.medianDifference, one.low, one.high),
        written(one.hodgesLehmann, one.hlLow, one.hlHigh),
        written(one.relative),
        written(one.p),
        written(one.pHolm),
      ]),
    )
  })

  it('draws each run once in its strip plot and each pair once in its difference plot', () => {
    const dots = (title: RegExp) => {
      const chart = all(page, 'svg').find(svg => title.test(words(all(svg, 'title')[0]!)))
      return all(chart!, 'circle').length
    }
    expect(dots(/^cnn: validation cross entropy .* of every run/)).toBe(6 * 7)
    expect(dots(/^cnn: synthetic added: paired differences in validation loss/)).toBe(2 * 7)
  })

  it('is the same, to the byte, for the same content', () => {
    expect(reportHtml(inventedContent())).toBe(reportHtml(inventedContent()))
  })

  it('holds the spec as it is', () => {
    const { spec } = inventedContent()
    const written = JSON.parse(words(all(page, 'pre')[0]!))
    expect(written).toMatchObject({ name: 'main', scenarios: [{ name: '100/0' }, { name: '100/20 all' }], runs: spec.runs })
  })

  it('says that test images were not looked at where they were not', () => {
    expect(words(report({ evaluated: false }))).toContain('were not measured on test images')
  })
})

describe('a study that is not finished, or has runs without a number', () => {
  it('says what is missing, and draws no conclusion', () => {
    const page = report({ queued: [37, 38, 39, 40, 41, 42] })
    const text = words(page)
    expect(text).toContain('This study is not finished: 36 of 42 runs are done')
    expect(text).toContain('cnn, 100/0, none: 6 of 7 runs')
    expect(text).toContain('are open until more runs are done')
  })

  it('can be told before its first run', () => {
    const text = words(report({ queued: Array.from({ length: 42 }, (_, i) => i + 1) }))
    expect(text).toContain('0 of 42 runs are done')
    expect(text).toContain('No run is measured yet.')
  })

  it('names failed and diverged runs with their cause', () => {
    const text = words(report({ failed: [1], diverged: [2], error: 'no space left' }))
    expect(text).toContain('run 1 (cnn, 100/0, none, number 0): no space left')
    expect(text).toContain('at step 9, epoch 1; a smaller learning rate may help')
    expect(text).toContain('1 diverged')
  })
})

describe('names and notes', () => {
  const NASTY = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    '&lt;b&gt; & &amp;',
    ']]> --> </style></title></svg>',
    '\u202Etxt.exe \u05D0\u05D1\u05D2 \u0645\u0631\u062D\u0628\u0627',
    'constructor',
    '$' + '{7*7} {{7*7}}',
  ]

  it.each(NASTY)('%j stay text wherever they stand', name => {
    const text = name.slice(0, 60)
    const shown = text.replace('\u202E', '\uFFFD')
    const plainPage = report()
    const page = report({
      ...{ name: text, dataset: text, scenario: text, note: text, error: text, failed: [1] },
      classes: [text, `${text} 2`, 'plain'],
    })
    expect(all(page, 'h1').map(words)).toEqual([shown])
    const kinds = (one: Element) => new Set(everything(one).map(element => element.name))
    expect([...kinds(page)].filter(kind => !kinds(plainPage).has(kind))).toEqual([])
    const keys = (one: Element) => new Set(everything(one).flatMap(element => Object.keys(element.attributes)))
    expect([...keys(page)].filter(key => !keys(plainPage).has(key))).toEqual([])
    expect(words(page).split(shown).length).toBeGreaterThan(20)
    expect(JSON.parse(words(all(page, 'pre')[0]!)).name).toBe(text)
    expect(words(all(page, 'title')[0]!)).toContain(shown)
  })

  it('cannot turn the writing round: a sentence keeps its numbers', () => {
    for (const turn of '\u202A\u202B\u202D\u202E\u2066\u2067\u2068\u2069')
      expect(reportHtml(inventedContent({ name: `a${turn}b`, scenario: `a${turn}b`, note: `a${turn}b` }))).not.toContain(
        turn,
      )
  })

  it('with letters that no document may hold are shown as replaced', () => {
    const page = reportHtml(inventedContent({ note: 'a\u0000b\u001b[31m\ud800c' }))
    expect(page).toContain('a\uFFFDb\uFFFD[31m\uFFFDc')
  })
})
