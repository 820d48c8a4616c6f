/** The lab's side of bench/decode.ts: reads and decodes as `data add` does, with the pixels written to a file; opens what was added before. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { imageMemory, importInto } from '../../src/core/dataset/index.ts'
import { readImages } from '../../src/core/dataset/readImages.ts'
import { openSource } from '../../src/core/dataset/sources/open.ts'
import { ContentFiles, openStore } from '../../src/store/index.ts'

const [folder = '.', copies = '1'] = process.argv.slice(2)
const paths: Readonly<Record<string, string>> = { parquet: join(folder, 'train.parquet'), folder: join(folder, 'tree') }
/** Milliseconds from the path of a database to all images of a dataset in shared memory, 21 times. */
async function openAgain(): Promise<{ images: number; milliseconds: number[] }> {
  const lab = mkdtempSync(join(tmpdir(), 'mri-lab-bench-'))
  const database = join(lab, 'lab.db')
  const now = () => new Date(0)
  const store = openStore(database, { now, mode: 'write' })
  const pixels = store.files.begin()
  store.datasets.add(await importInto(pixels, { name: 'x', paths: [paths.parquet!], seed: 1 }))
  pixels.keep()
  store.close()
  const milliseconds = Array.from({ length: 21 }, () => {
    const start = performance.now()
    const again = openStore(database, { now, mode: 'read' })!
    const { images, pixels: sha256 } = again.datasets.get('x')!
    const pack = again.files.open(sha256)
    imageMemory(pack, images, 128)
    pack.close()
    again.close()
    return performance.now() - start
  })
  rmSync(lab, { recursive: true })
  return { images: 6400, milliseconds }
}

console.log(JSON.stringify({ node: process.versions.node, cores: availableParallelism() }))
for await (const line of createInterface({ input: process.stdin })) {
  const { task } = JSON.parse(line) as { task: string }
  if (task === 'open') {
    console.log(JSON.stringify(await openAgain()))
    continue
  }
  const start = performance.now()
  const before = process.cpuUsage()
  const pixels = new ContentFiles(join(tmpdir(), `mri-lab-bench-${process.pid}.db`)).begin()
  const sources = []
  for (let copy = 0; copy < Number(copies); copy++) sources.push(await openSource(paths[task]!, new Set()))
  const { read } = await readImages(sources, pixels, label => label, {})
  pixels.sha256()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - start) / 1000
  pixels.abandon()
  console.log(JSON.stringify({ images: read.length, seconds, cpu: (user + system) / 1e6 }))
}
