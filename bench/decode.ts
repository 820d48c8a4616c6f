/**
 * Reading and decoding 6,400 grey 128x128 JPEGs, from Parquet and from class folders, against Python loops, in turn in one run on the same cores;
 * and how long the same images take a second time, from a database.
 *
 *     npm run bench -- decode [--python python3] [--rounds 5] [--copies 5] [--folder DIR]
 *
 * All images are read --copies times over in one go: with 1, starting our threads is a good part of it.
 * Needs a Python with Pillow and pyarrow (pip install pillow pyarrow datasets; datasets may be missing). The files are made in --folder (a
 * temporary one) where they are not there. Ours also hashes each file and writes the pixels to disk; a Python loop uses one core, ours all: CPU seconds are printed as well.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PeerProcess } from './peers/process.ts'

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    copies: { type: 'string', default: '5' },
    folder: { type: 'string' },
  },
})
const path = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url))
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'mri-lab-decode-'))
mkdirSync(folder, { recursive: true })
if (!existsSync(join(folder, 'train.parquet'))) {
  const made = spawnSync(values.python, [path('pillow_decode.py'), 'make', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (made.status !== 0) throw new Error('no files were made: it needs a Python with Pillow and pyarrow (--python)')
}

const ours = new PeerProcess(process.execPath, [path('labDecode.ts'), folder, values.copies])
const python = new PeerProcess(values.python, [path('pillow_decode.py'), 'run', folder, values.copies])
const versions = { ...(await ours.next()), ...(await python.next()) } as Record<string, unknown> & { tasks: string[] }
const contenders = [
  { name: 'mri-lab, Parquet', kind: 'parquet', process: ours, task: 'parquet' },
  { name: 'pyarrow + Pillow, Parquet', kind: 'parquet', process: python, task: 'parquet' },
  { name: 'datasets + Pillow, Parquet', kind: 'parquet', process: python, task: 'datasets' },
  { name: 'mri-lab, folders', kind: 'folder', process: ours, task: 'folder' },
  { name: 'Pillow, folders', kind: 'folder', process: python, task: 'folder' },
].filter(({ process, task }) => process === ours || versions.tasks.includes(task))
const results = contenders.map(each => ({ ...each, rates: [] as number[], cpu: [] as number[] }))
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const each of results) {
    const answer = await each.process.ask({ task: each.task })
    if (answer === null) throw new Error(`${each.name} ended`)
    if (round === 0) continue // warms up
    each.rates.push(Number(answer.images) / Number(answer.seconds))
    each.cpu.push((1000 * Number(answer.cpu)) / Number(answer.images))
  }
}
const opened = (await ours.ask({ task: 'open' })) as { milliseconds: number[] } | null
ours.end()
python.end()
if (values.folder === undefined) rmSync(folder, { recursive: true })

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
console.log(
  `6,400 JPEGs of 128x128, ${values.copies} times over, ${availableParallelism()} cores, ${values.rounds} rounds in turn`,
)
console.log(`${cpus()[0]?.model.trim()}, ${JSON.stringify(versions)}`)
for (const { name, kind, process, rates, cpu } of results) {
  const own = results.find(each => each.process === ours && each.kind === kind)!
  const ratio = process === ours ? '' : `   ours is ${(median(own.rates) / median(rates)).toFixed(2)} times as fast`
  const best = Math.max(...rates)
    .toFixed(0)
    .padStart(6)
  console.log(
    `${name.padEnd(28)} median ${median(rates).toFixed(0).padStart(6)}/s   best ${best}/s   CPU ${median(cpu).toFixed(3)} ms/image${ratio}`,
  )
}
if (opened !== null) {
  const [least, middle] = [Math.min(...opened.milliseconds), median(opened.milliseconds)].map(each => each.toFixed(0))
  console.log(
    `a second time, database to shared memory: median ${middle} ms, best ${least} ms, first ${opened.milliseconds[0]!.toFixed(0)} ms`,
  )
}
