/**
 * Reads damaged copies of good files, one after another: `node mutants.ts images|parquet SEED COUNT FOLDER`. Prints what became of them as JSON:
 * how many were read and how many refused by a typed error, everything else, the slowest in milliseconds, and the peak of memory in MB.
 * FOLDER holds the mutant under way, for whoever finds this process dead.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeGrey } from '../../../../src/core/dataset/decode.ts'
import { PixelMemory } from '../../../../src/core/dataset/pixelStore.ts'
import { readImages } from '../../../../src/core/dataset/readImages.ts'
import { parquetSource } from '../../../../src/core/dataset/sources/parquet.ts'
import { LabError } from '../../../../src/core/shared/errors.ts'
import { randomStream } from '../../../../src/core/shared/random.ts'

const [kind = '', seed = '1', count = '100', folder = '.'] = process.argv.slice(2)
const fixtures = new URL('../../../../fixtures/dataset/', import.meta.url)
const from = new URL(kind === 'images' ? 'images/' : 'parquet/', fixtures)
const files = readdirSync(from)
  .filter(name => /\.\w+$/.test(name))
  .sort()
  .map(name => readFileSync(new URL(name, from)))
const random = randomStream(Number(seed), 'mutants', kind)
const below = (n: number) => Math.floor(random.uniform() * n)
const mutantFile = join(folder, kind === 'images' ? 'mutant' : 'mutant.parquet')

/** One to six changes: a byte, a number of four bytes, a piece copied, cut out or put in, or an early end; half of them near the start or the end. */
function mutant(): Buffer {
  let bytes = Buffer.from(files[below(files.length)]!)
  for (let changes = 1 + below(6); changes > 0 && bytes.length > 8; changes--) {
    const near = Math.min(bytes.length, 1500)
    const at = [below(bytes.length), below(near), bytes.length - 1 - below(near)][below(3)]!
    const length = 1 + below(64)
    const act = below(12)
    if (act < 6) bytes[at] = act < 4 ? below(256) : [0, 0x7f, 0x80, 0xff][below(4)]!
    else if (act < 8 && at + 4 <= bytes.length)
      bytes.writeUInt32LE([0xffffffff, 0x7fffffff, below(2 ** 31), 0][below(4)]!, at)
    else if (act === 8) bytes.copy(bytes, at, below(bytes.length), bytes.length)
    else if (act === 9) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    else if (act === 10) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, below(256)), bytes.subarray(at)])
    else if (below(3) === 0) bytes = bytes.subarray(0, at)
  }
  return bytes
}

async function read(bytes: Buffer): Promise<void> {
  if (kind === 'images') await decodeGrey(bytes)
  else await readImages([await parquetSource([mutantFile], new Set())], new PixelMemory(), label => label, {})
}

let whole = 0
let refused = 0
let slowest = 0
const others: string[] = []
for (let i = 0; i < Number(count); i++) {
  const bytes = mutant()
  writeFileSync(mutantFile, bytes)
  const start = performance.now()
  try {
    await read(bytes)
    whole++
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.kind === 'data' && !thrown.message.includes('\n')) refused++
    else others.push(`${i}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
  }
  slowest = Math.max(slowest, performance.now() - start)
}
console.log(JSON.stringify({ whole, refused, others, slowest, megabytes: process.resourceUsage().maxRSS / 1024 }))
