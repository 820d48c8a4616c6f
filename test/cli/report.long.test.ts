/** Reports in a browser: Debian's Chromium, headless. Without it these tests are skipped, and say so. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportHtml } from '../../src/core/report/index.ts'
import { inventedContent } from '../core/report/content.ts'
import { labIn, makeToyStudy } from './toyStudy.ts'

const CHROMIUM = '/usr/bin/chromium'
const isThere = existsSync(CHROMIUM)
if (!isThere) console.warn(`SKIPPED  reports in a browser: there is no ${CHROMIUM} (Debian package chromium)`)

const MARKUP = '<script>document.title="broken"</script>"\'&amp;]]> \u202E\u05D0'
/** What turns the line round is not shown. */
const SHOWN = MARKUP.replace('\u202E', '\uFFFD')
let cwd = ''
let browser: Browser | undefined
/** By name, as addresses. */
const reports = new Map<string, string>()

beforeAll(async () => {
  if (!isThere) return
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-browser-'))
  await makeToyStudy(cwd)
  await labIn(cwd, 'report', '--out', 'trained.html')
  const long = 'a-very-long-name-of-a-scenario-without-any-space-in-it-at-all'
  for (const [name, content] of [
    ['invented', inventedContent({ failed: [1], diverged: [2] })],
    ['unfinished', inventedContent({ queued: Array.from({ length: 40 }, (_, i) => i + 1) })],
    [
      'markup',
      inventedContent({ name: MARKUP, dataset: MARKUP, scenario: MARKUP, note: MARKUP, classes: [MARKUP, 'b', 'c'] }),
    ],
    ['long', inventedContent({ name: long, dataset: long, scenario: long.slice(0, 60), note: long.repeat(9), runs: 20 })],
  ] as const)
    writeFileSync(join(cwd, `${name}.html`), reportHtml(content))
  for (const name of ['trained', 'invented', 'unfinished', 'markup', 'long'])
    reports.set(name, pathToFileURL(join(cwd, `${name}.html`)).href)
  // The sandbox needs rights that containers and root do not give; what is opened is made by these tests.
  browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
  await browser?.close()
  if (cwd !== '') rmSync(cwd, { recursive: true, force: true })
})

interface Opened {
  readonly page: Page
  /** Messages of the console, and errors. */
  readonly said: string[]
  /** Requests for anything but the file itself and pictures inside it. */
  readonly asked: string[]
}

async function opened(name: string, width: number, scheme: 'light' | 'dark'): Promise<Opened> {
  const page = await browser!.newPage()
  const said: string[] = []
  const asked: string[] = []
  const address = reports.get(name)!
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  await page.setRequestInterception(true)
  page.on('request', request => {
    if (request.url() === address || request.url().startsWith('data:')) return void request.continue()
    asked.push(request.url())
    return void request.abort()
  })
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.goto(address, { waitUntil: 'load' })
  return { page, said, asked }
}

describe.skipIf(!isThere)('a report in a browser', { timeout: 300_000 }, () => {
  const NAMES = ['trained', 'invented', 'unfinished', 'markup', 'long']
  const every = NAMES.flatMap(name =>
    ([390, 1280] as const).flatMap(width => (['light', 'dark'] as const).map(scheme => [name, width, scheme] as const)),
  )

  it.each(every)(
    '%s at %i pixels, %s: silent, without a request, accessible, no wider than the window',
    async (name, width, scheme) => {
      const { page, said, asked } = await opened(name, width, scheme)
      try {
        expect({ said, asked }).toEqual({ said: [], asked: [] })
        const room = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]')
        expect(room).toEqual([width, width])
        const ground = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
        expect(ground).toBe(scheme === 'dark' ? 'rgb(20, 23, 27)' : 'rgb(255, 255, 255)')
        const broken = await page.evaluate('[...document.images].filter(image => image.naturalWidth === 0).length')
        expect(broken).toBe(0)
        await page.evaluate(axe.source)
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length})`)
        expect(found).toEqual([])
      } finally {
        await page.close()
      }
    },
  )

  it('would be found out: planted faults are', async () => {
    const faulty = reportHtml(inventedContent())
      .replace('<html lang="en">', '<html>')
      .replace('<main>', '<main><img src="http://192.0.2.1/a.png"><div style="width: 3000px">wide</div>')
    writeFileSync(join(cwd, 'faulty.html'), faulty)
    reports.set('faulty', pathToFileURL(join(cwd, 'faulty.html')).href)
    const { page, said, asked } = await opened('faulty', 390, 'light')
    expect(said.length + asked.length).toBeGreaterThan(0)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeGreaterThan(390)
    await page.evaluate(axe.source)
    const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
    expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['html-has-lang', 'image-alt']))
    await page.close()
  })

  it('reads names that look like markup as names', async () => {
    const { page } = await opened('markup', 1280, 'light')
    expect(await page.evaluate('document.title')).toBe(`${SHOWN} · report of a study`)
    expect(await page.evaluate('document.querySelector("h1").textContent')).toBe(SHOWN)
    expect(await page.evaluate('document.scripts.length')).toBe(0)
    await page.close()
  })

  it('keeps letters in charts legible on a telephone', async () => {
    const { page } = await opened('invented', 390, 'light')
    const smallest = await page.evaluate(
      'Math.min(...[...document.querySelectorAll("svg")].map(svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))',
    )
    expect(smallest).toBeGreaterThan(9.5)
    await page.close()
  })

  it('prints on paper without the list of contents and with its figures whole', async () => {
    const { page } = await opened('trained', 1280, 'dark')
    await page.emulateMediaType('print')
    expect(await page.evaluate('getComputedStyle(document.querySelector("nav")).display')).toBe('none')
    expect(await page.evaluate('getComputedStyle(document.querySelector("figure.wide")).breakInside')).toBe('avoid')
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(255, 255, 255)')
    // What A4 leaves between its margins.
    await page.setViewport({ width: 672, height: 1000 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(672)
    const pdf = await page.pdf({ format: 'A4' })
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-')
    await page.close()
  })
})
