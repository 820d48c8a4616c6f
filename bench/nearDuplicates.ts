/**
 * How well near duplicates tell subjects, which changed images they find, and what random and grouped splits give away: node bench/nearDuplicates.ts FOLDER MANIFEST.csv
 * FOLDER holds Parquet files `train-...` and `test-...`; the manifest has columns split, row and subject, in that order somewhere. Prints Markdown.
 */
import { readFileSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import { groupCounts } from '../src/core/dataset/audit.ts'
import { datasetUnder, importDataset } from '../src/core/dataset/index.ts'
import { nearestNeighbours } from '../src/core/dataset/neighbours.ts'
import { likeness, mayBeNear, NEAR, SmallVersionsMaker, smallVersions } from '../src/core/dataset/similarity.ts'

const [folder = '', manifest = ''] = process.argv.slice(2)
const { dataset, pixels } = await importDataset({ name: 'measured', paths: [folder], seed: 1 })
const [header = '', ...lines] = readFileSync(manifest, 'utf8').trim().split('\n')
const column = (line: string, name: string): string => line.split(',')[header.split(',').indexOf(name)]!
const subjects = new Map(
  lines.map(line => [`${column(line, 'split')} ${column(line, 'row')}`, column(line, 'subject')] as const),
)
const { images } = dataset
const subjectOf = images.map(({ origin }) => {
  const [, part, row] = /(train|test)[^/]* row (\d+)$/.exec(origin)!
  return subjects.get(`${part} ${row}`)!
})
const isTest = images.map(({ origin }) => /test[^/]* row/.test(origin))
const versions = smallVersions(pixels, images)

console.log('| correlation from | rows | pairs | of one subject (precision) | of all pairs of one subject (recall) |')
console.log('| --- | --- | ---: | ---: | ---: |')
for (const threshold of [0.8, 0.82, 0.85, 0.88, NEAR]) {
  for (const part of ['train', 'test'] as const) {
    const count = { pairs: 0, right: 0, same: 0 }
    for (let a = 0; a < images.length; a++) {
      for (let b = a + 1; b < images.length; b++) {
        if (isTest[a] !== (part === 'test') || isTest[b] !== (part === 'test')) continue
        const same = subjectOf[a] === subjectOf[b]
        if (same) count.same++
        if (!mayBeNear(versions, a, b) || likeness(versions, a, b) < threshold) continue
        count.pairs++
        if (same) count.right++
      }
    }
    const precision = count.pairs === 0 ? '-' : (count.right / count.pairs).toFixed(3)
    console.log(`| ${threshold} | ${part} | ${count.pairs} | ${precision} | ${(count.right / count.same).toFixed(4)} |`)
  }
}

type Change = (image: () => Sharp, width: number, height: number) => Promise<Sharp> | Sharp
const moved = (image: () => Sharp, width: number, height: number, by: number): Sharp =>
  image()
    .extract({ left: by, top: 0, width: width - by, height })
    .extend({ right: by, background: 'black' })
const CHANGES: Readonly<Record<string, Change>> = {
  'JPEG quality 75': async image => sharp(await image().jpeg({ quality: 75 }).toBuffer()),
  'JPEG quality 30': async image => sharp(await image().jpeg({ quality: 30 }).toBuffer()),
  'half the size': (image, width, height) => image().resize(width >> 1, height >> 1),
  '1.7 times the size': (image, width, height) => image().resize(Math.round(1.7 * width), Math.round(1.7 * height)),
  'brighter by 20 % and 10 levels': image => image().linear(1.2, 10),
  'gamma 1.5': image => image().gamma(1.5),
  'blurred, sigma 0.8': image => image().blur(0.8),
  'shifted by 1 pixel': (image, width, height) => moved(image, width, height, 1),
  'shifted by 2 pixels': (image, width, height) => moved(image, width, height, 2),
  'shifted by 3 pixels': (image, width, height) => moved(image, width, height, 3),
  mirrored: image => image().flop(),
}
console.log('\n| an image changed | found as a near duplicate | lowest correlation |')
console.log('| --- | ---: | ---: |')
const chosen = images.filter((_, i) => i % 5 === 0)
for (const [name, change] of Object.entries(CHANGES)) {
  let found = 0
  let lowest = 1
  for (const { width, height, offset } of chosen) {
    const grey = pixels.subarray(offset, offset + width * height)
    const changed = await change(() => sharp(grey, { raw: { width, height, channels: 1 } }), width, height)
    const { data, info } = await changed.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
    const maker = new SmallVersionsMaker(2)
    maker.add(grey, width, height)
    maker.add(data, info.width, info.height)
    const value = likeness(maker.done(), 0, 1)
    lowest = Math.min(lowest, value)
    if (value >= NEAR && mayBeNear(maker.done(), 0, 1)) found++
  }
  console.log(`| ${name} | ${found} of ${chosen.length} | ${lowest.toFixed(3)} |`)
}

/** Splits of each kind whose nearest neighbours are looked for. */
const SPLITS = 10
const known = {
  ...dataset,
  groups: { by: 'column', column: 'subject' } as const,
  images: images.map((image, i) => ({ ...image, group: subjectOf[i]! })),
}
console.log(
  `\n| ${SPLITS} splits | groups in two parts | nearest is of the same subject | its label is right, mean | lowest | highest |`,
)
console.log('| --- | ---: | ---: | ---: | ---: | ---: |')
for (const kind of ['random', 'grouped'] as const) {
  const scores = []
  const torn: number[] = []
  for (let number = 0; number < SPLITS; number++) {
    const split = datasetUnder(known, kind, number)
    torn.push(groupCounts(split.images).acrossSplits)
    scores.push(await nearestNeighbours(split.images, versions))
  }
  const mean = (values: readonly number[]): string =>
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3)
  const right = scores.map(({ accuracy }) => accuracy!)
  const range = `${Math.min(...right).toFixed(3)} | ${Math.max(...right).toFixed(3)}`
  const spread = torn.every(count => count === torn[0]) ? `${torn[0]}` : `${Math.min(...torn)} to ${Math.max(...torn)}`
  console.log(`| ${kind} | ${spread} | ${mean(scores.map(({ sameGroup }) => sameGroup!))} | ${mean(right)} | ${range} |`)
}
