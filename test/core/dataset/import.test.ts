import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  contentHash,
  type Dataset,
  datasetUnder,
  type ImportRequest,
  importDataset,
} from '../../../src/core/dataset/index.ts'
import { fixture, golden } from './golden.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mri-lab-dataset-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
/** A new folder holding the files named; each is a copy of a fixture, or text. */
function folder(files: Record<string, string>): string {
  const path = join(root, `source-${made++}`)
  for (const [name, from] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    if (from === '') mkdirSync(join(path, name), { recursive: true })
    else if (from.startsWith('text:')) writeFileSync(join(path, name), from.slice(5))
    else copyFileSync(fixture(from), join(path, name))
  }
  return path
}

async function add(paths: string | string[], more: Partial<ImportRequest> = {}): Promise<Dataset> {
  return (await importDataset({ name: 'x', paths: [paths].flat(), seed: 1, ...more })).dataset
}

function counts(dataset: Dataset): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { label, part } of dataset.images) {
    const key = `${dataset.classes[label]} ${part}`
    found[key] = (found[key] ?? 0) + 1
  }
  return found
}

const grey = 'dataset/images/grey.jpg'
const colour = 'dataset/images/colour.jpg'
const png = 'dataset/images/rgba.png'

describe('class folders', () => {
  test('the sample: parity by default, simulated labels, the fingerprint that Python computes', async () => {
    const progress: number[][] = []
    const { dataset, pixels } = await importDataset(
      { name: 'sample', paths: [fixture('sample')], seed: 1 },
      { onProgress: (done, total) => progress.push([done, total]) },
    )
    expect(dataset.classes).toEqual(['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented'])
    expect(counts(dataset)).toEqual({
      'NonDemented train': 188,
      'VeryMildDemented train': 140,
      'MildDemented train': 48,
      'ModerateDemented train': 8,
      'NonDemented validation': 52,
      'VeryMildDemented validation': 32,
      'MildDemented validation': 16,
      'ModerateDemented validation': 4,
    })
    expect(dataset).toMatchObject({ simulatedLabels: true, rejected: [], fingerprint: golden.sampleFingerprint })
    expect(dataset.source?.licence).toMatch(/BSD/)
    expect(dataset.split.kind).toBe('parity')
    expect(dataset.pixels).toBe(contentHash(pixels))
    expect(pixels.length).toBe(488 * 128 * 128)
    expect(progress.at(-1)).toEqual([488, 488])
  })

  test('what is no whole image is listed with its reason, and the rest kept', async () => {
    const path = folder({
      'A/1.jpg': grey,
      'A/broken.jpg': 'dataset/damaged/truncated.jpg',
      'A/notes.txt': 'text:hello',
      'A/Thumbs.db': 'text:x',
      'A/.hidden': 'text:x',
      'A/deeper/4.jpg': grey,
      'B/2.png': png,
      'B/empty.jpg': 'text:',
      'stray.png': png,
      'README.md': 'text:about',
    })
    const dataset = await add(path)
    expect(dataset.images.map(image => image.origin)).toEqual([join(path, 'A/1.jpg'), join(path, 'B/2.png')])
    const rejected = Object.fromEntries(dataset.rejected.map(({ path, reason }) => [basename(path), reason]))
    expect(rejected).toEqual({
      'broken.jpg': expect.stringMatching(/premature end/),
      'notes.txt': 'not a JPEG, PNG, TIFF, WebP or BMP file',
      deeper: expect.stringMatching(/folder inside/),
      'empty.jpg': 'the file is empty',
      'stray.png': 'not in a class folder',
    })
  })

  test('part folders in any case; three parts: parity leaves test unused, and a random split of it takes all', async () => {
    const path = folder({
      'Train/A/1.jpg': grey,
      'Train/B/1.jpg': colour,
      'VALID/A/2.png': png,
      'VALID/B/2.jpg': grey,
      'test/A/3.jpg': grey,
    })
    const parity = await add(path)
    expect(counts(parity)).toEqual({ 'A train': 1, 'B train': 1, 'A validation': 1, 'B validation': 1, 'A unused': 1 })
    expect(parity.rejected).toEqual([])
    const random = await add(path, { split: 'random', fractions: { validation: 0.34, test: 0 } })
    expect(counts(random)['A unused']).toBeUndefined()
    expect(datasetUnder(parity, 'random').images.map(({ id, part }) => [id, part])).toEqual(
      datasetUnder(await add(path, { split: 'random' }), 'random').images.map(({ id, part }) => [id, part]),
    )
    expect(random.images).toHaveLength(5)
    expect(random.rejected).toEqual([])
  })

  test.each([
    ['Dataset/Mild_Demented', 'Dataset/Non_Demented'],
    ['archive/Dataset/MILD DEMENTED', 'archive/Dataset/non-demented'],
    ['MildDemented', 'NonDemented'],
  ])("the published archives' layouts: %s", async (mild, non) => {
    const dataset = await add(folder({ [`${mild}/mild (1).jpg`]: grey, [`${non}/non.jpg`]: colour, 'notes.csv': 'text:x' }))
    expect(counts(dataset)).toEqual({ 'NonDemented train': 1, 'MildDemented train': 1 })
    expect(dataset.split.kind).toBe('random')
  })

  test.each(['', 'Alzheimer_s Dataset/', 'archive/Alzheimer_s Dataset/'])(
    "the published archives' parts, in '%s'",
    async around => {
      const dataset = await add(
        folder({
          [`${around}train/MildDemented/1.jpg`]: grey,
          [`${around}train/NonDemented/1.jpg`]: colour,
          [`${around}Testing/MildDemented/2.jpg`]: png,
          [`${around}Testing/NonDemented/3.jpg`]: png,
        }),
      )
      expect(counts(dataset)).toEqual({
        'NonDemented train': 1,
        'MildDemented train': 1,
        'NonDemented validation': 1,
        'MildDemented validation': 1,
      })
    },
  )

  test('the fingerprint knows content, class, part and class order, not file names', async () => {
    const base = await add(folder({ 'A/1.jpg': grey, 'A/3.png': png, 'B/1.jpg': colour }))
    const renamed = await add(folder({ 'A/z.jpeg': grey, 'A/0.png': png, 'B/k.jpg': colour }))
    expect(renamed.fingerprint).toBe(base.fingerprint)
    const others = [
      await add(folder({ 'A/1.jpg': grey, 'A/3.png': png, 'B/1.jpg': 'dataset/images/colour-444.jpg' })),
      await add(folder({ 'A/1.jpg': grey, 'B/3.png': png, 'B/1.jpg': colour })),
      await add(folder({ 'train/A/1.jpg': grey, 'test/A/3.png': png, 'train/B/1.jpg': colour })),
      await add(folder({ 'A/1.jpg': grey, 'A/3.png': png, 'B/1.jpg': colour }), { classes: ['B', 'A'] }),
    ]
    expect(new Set([base, ...others].map(dataset => dataset.fingerprint)).size).toBe(5)
  })

  test('copies of one content are told apart by their occurrence', async () => {
    const { images } = await add(folder({ 'A/1.jpg': grey, 'A/2.jpg': grey, 'B/1.jpg': grey }))
    const sha256 = contentHash(readFileSync(fixture(grey)))
    expect(images.map(image => image.id)).toEqual([1, 2, 3].map(n => `${sha256}-${n}`))
  })

  test('--validation names another source, all of it validation', async () => {
    const train = folder({ 'A/1.jpg': grey, 'B/1.jpg': colour })
    const held = folder({ 'train/A/9.png': png, 'train/B/9.png': 'dataset/images/grey.png' })
    const dataset = await add(train, { validation: held })
    expect(dataset.split.kind).toBe('parity')
    expect(counts(dataset)).toEqual({ 'A train': 1, 'B train': 1, 'A validation': 1, 'B validation': 1 })
  })

  test('several paths: folders named after parts', async () => {
    const path = folder({
      'train/A/1.jpg': grey,
      'train/B/1.jpg': colour,
      'test/A/2.png': png,
      'dataset.json': 'text:{"simulatedLabels":true}',
    })
    const dataset = await add([join(path, 'train'), join(path, 'test')])
    expect(counts(dataset)).toEqual({ 'A train': 1, 'B train': 1, 'A validation': 1 })
    expect(dataset.simulatedLabels).toBe(true)
  })

  test.each<[string, Record<string, string>, Partial<ImportRequest>, string, RegExp]>([
    [
      'a class left without an image',
      { 'A/1.jpg': grey, 'B/1.jpg': 'dataset/damaged/truncated.jpg' },
      {},
      'data',
      /'B' has no readable/,
    ],
    ['an empty class folder', { 'A/1.jpg': grey, 'B/1.jpg': grey, C: '' }, {}, 'data', /'C'/],
    ['one class', { 'A/1.jpg': grey }, {}, 'data', /only 'A'/],
    ['a named class without an image', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { classes: ['A', 'B', 'C'] }, 'data', /'C'/],
    ['a label that is no named class', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { classes: ['A', 'C'] }, 'data', /'B'/],
    ['one named class', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { classes: ['A'] }, 'data', /two classes/],
    ['a mapping of nothing', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { labels: { X: 'A' } }, 'data', /'X'/],
    ['parity without parts', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { split: 'parity' }, 'usage', /--validation PATH/],
    [
      'grouped, fewer groups than parts',
      { 'A/1.jpg': grey, 'B/1.jpg': grey },
      { split: 'grouped' },
      'usage',
      /as many groups/,
    ],
    ['fractions', { 'A/1.jpg': grey, 'B/1.jpg': grey }, { fractions: { validation: 1 } }, 'usage', /leave images/],
    [
      'a bad note',
      { 'A/1.jpg': grey, 'B/1.jpg': grey, 'dataset.json': 'text:{"simulatedLabels":1}' },
      {},
      'data',
      /dataset\.json/,
    ],
    ['no class folders', { 'a.txt': 'text:x' }, {}, 'data', /no class folders/],
  ])('refused: %s', async (_, files, more, kind, message) => {
    await expect(add(folder(files), more)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) })
  })

  test('a missing path and an abort end in their kinds of error', async () => {
    await expect(add(join(root, 'nowhere'))).rejects.toMatchObject({ kind: 'data' })
    const stop = new AbortController()
    const request = { name: 'x', paths: [fixture('sample')], seed: 1 }
    const stopped = importDataset(request, { signal: stop.signal, onProgress: () => stop.abort() })
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

describe('Parquet', () => {
  const path = (name: string) => fixture(`dataset/parquet/${name}`)
  const bySeverity = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
  const expected = golden.parquet.labels.map((label, i) => [golden.parquet.images[i], label.replaceAll('_', '')])
  const contents = ({ images, classes }: Dataset) => images.map(image => [image.sha256, classes[image.label]])

  test('class names come from the metadata, in order of severity here', async () => {
    const dataset = await add(path('named.parquet'))
    expect(dataset.classes).toEqual(bySeverity)
    expect(contents(dataset)).toEqual(expected)
    expect(dataset.split.kind).toBe('random')
    expect(dataset.images[8]?.origin).toBe(`${path('named.parquet')} row 8`)
  })

  test('bare bytes with text labels', async () => {
    expect(contents(await add(path('bare-bytes.parquet')))).toEqual(expected)
  })

  test('numbers without names need --labels', async () => {
    await expect(add(path('unnamed.parquet'))).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/--labels 0=/),
    })
    const labels = { 0: 'MildDemented', 1: 'moderate demented', 2: 'NonDemented', 3: 'VeryMildDemented' }
    expect(contents(await add(path('unnamed.parquet'), { labels }))).toEqual(expected)
  })

  test('several shards in data/: parts by file name', async () => {
    const dataset = await add(path('shards'))
    expect(dataset.images.filter(image => image.part === 'train')).toHaveLength(14)
    expect(dataset.images.filter(image => image.part === 'validation')).toHaveLength(6)
    expect(new Set(contents(dataset).map(String))).toEqual(new Set(expected.map(String)))
  })

  test('rows without bytes, damaged, or without a label are listed', async () => {
    const dataset = await add(path('odd-rows.parquet'))
    expect(dataset.images).toHaveLength(15)
    expect(dataset.rejected.map(({ path, reason }) => [path.replace(/.* /, ''), reason])).toEqual([
      ['0', 'the row holds no image bytes'],
      ['1', expect.stringMatching(/cannot be decoded/)],
      ['2', "the row's label is -1"],
      ['3', "the row's label is 9"],
      ['4', "the row's label is missing"],
    ])
  })

  test.each([
    ['no-label.parquet', /no-label\.parquet as Parquet: it has no column 'label': its columns are image$/],
    ['no-image.parquet', /no-image\.parquet as Parquet: it has no column 'image': its columns are picture, label$/],
  ])('%s is refused', async (file, message) => {
    await expect(add(path(file))).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
  })

  test.each([
    ['wrong-image.parquet', /column 'image' holds INT64, not bytes or \{bytes, path\}/],
    ['wrong-fields.parquet', /column 'image' holds \{url\}, not bytes/],
    ['wrong-label.parquet', /column 'label' holds DOUBLE, not text or whole numbers/],
    ['list-label.parquet', /column 'label' holds \{.*\}, not text/],
  ])('%s has other types and is refused', async (file, message) => {
    await expect(add(path(file))).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
  })

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('path,label\n')],
    ['an early end', whole => whole.subarray(0, 3000)],
    ['a cut footer', whole => Buffer.concat([whole.subarray(0, -300), whole.subarray(-8)])],
    [
      'a footer longer than the file',
      whole => Buffer.concat([whole.subarray(0, -8), Buffer.from('ffffff7f50415231', 'hex')]),
    ],
    ['a footer of nothing', whole => Buffer.concat([whole.subarray(0, -8), Buffer.from('0000000050415231', 'hex')])],
    // Its pages fail while others are read, which Node takes for the end of the program unless a thread stands in between.
    ['damaged pages', whole => Buffer.concat([whole.subarray(0, 40), Buffer.alloc(600, 0xa5), whole.subarray(640)])],
  ])('%s for a Parquet file is refused by name', async (_, damaged) => {
    const file = join(root, 'damaged.parquet')
    writeFileSync(file, damaged(readFileSync(path('named.parquet'))))
    await expect(add(file)).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(/damaged\.parquet/) })
  })

  test('a folder whose Parquet file is a link out of it says so; named itself the file is read', async () => {
    const linked = join(root, 'linked')
    mkdirSync(linked)
    symlinkSync(path('named.parquet'), join(linked, 'train.parquet'))
    await expect(add(linked)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/link out of the folder/),
    })
    expect((await add(join(linked, 'train.parquet'))).images).toHaveLength(20)
  })
})
