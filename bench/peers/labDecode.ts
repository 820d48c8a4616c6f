/** The lab's side of bench/decode.ts: reads and decodes as `data add` does, with the pixels written to a file. */
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readImages } from '../../src/core/dataset/readImages.ts'
import { openSource } from '../../src/core/dataset/sources/open.ts'
import { ContentFiles } from '../../src/store/index.ts'

const [folder = '.'] = process.argv.slice(2)
const paths: Readonly<Record<string, string>> = { parquet: join(folder, 'train.parquet'), folder: join(folder, 'tree') }
console.log(JSON.stringify({ node: process.versions.node, cores: availableParallelism() }))
for await (const line of createInterface({ input: process.stdin })) {
  const { task } = JSON.parse(line) as { task: string }
  const start = performance.now()
  const before = process.cpuUsage()
  const pixels = new ContentFiles(join(tmpdir(), `mri-lab-bench-${process.pid}.db`)).begin()
  const { read } = await readImages([await openSource(paths[task]!, new Set())], pixels, label => label, {})
  pixels.sha256()
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - start) / 1000
  pixels.abandon()
  console.log(JSON.stringify({ images: read.length, seconds, cpu: (user + system) / 1e6 }))
}
