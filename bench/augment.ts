/**
 * AutoAugment against torchvision's on PIL images, in turn in one run, one thread each: how fast, and whether pixel for pixel the same.
 *
 *     npm run bench -- augment [--sizes 128,256] [--rounds 12] [--times 4] [--policy autoaugment] [--parity 3000] [--python python3]
 *
 * Needs a Python with torchvision. Images are the sample's, resized. Drawing the policy's random numbers counts on both sides. `--parity N` compares N random
 * cases: one to three operations on an image of random size and kind.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import {
  isScaled,
  isSigned,
  MAGNITUDES,
  OPERATION_NAMES,
  type OperationName,
  perform,
  type Step,
} from '../src/core/augmentation/index.ts'
import { type RandomStream, randomStream } from '../src/core/shared/random.ts'
import { PeerProcess } from './peers/process.ts'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '128,256' },
    rounds: { type: 'string', default: '12' },
    times: { type: 'string', default: '4' },
    policy: { type: 'string', default: 'autoaugment' },
    parity: { type: 'string', default: '3000' },
    python: { type: 'string', default: 'python3' },
  },
})
const peer = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url))
const SAMPLE = fileURLToPath(new URL('../fixtures/sample/train', import.meta.url))
const IMAGES = 64
/** Trainers are started so (src/runner/trainerEnvironment.ts); it counts for the batches' new arrays. */
const AS_TRAINERS = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-bench-'))

async function writeImages(size: number): Promise<string> {
  const files = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.jpg'))
    .sort()
  const chosen = Array.from({ length: IMAGES }, (_, i) => files[Math.floor((i * files.length) / IMAGES)]!)
  const pixels = await Promise.all(
    chosen.map(name => sharp(join(SAMPLE, name)).toColourspace('b-w').resize(size, size, { fit: 'fill' }).raw().toBuffer()),
  )
  const file = join(folder, `${size}.bin`)
  writeFileSync(file, Buffer.concat(pixels))
  return file
}

async function measure(size: number): Promise<void> {
  const file = await writeImages(size)
  const ours = new PeerProcess(process.execPath, [peer('labAugment.ts'), file, String(size)], AS_TRAINERS)
  const torch = new PeerProcess(values.python, [peer('torch_augment.py'), file, String(size)], { OMP_NUM_THREADS: '1' })
  const [, versions] = [await ours.next(), await torch.next()]
  if (versions === null) throw new Error('torchvision did not start: it needs a Python with torchvision (--python)')
  const contenders = [
    { name: 'mri-lab, bytes', process: ours, task: 'bytes' },
    { name: 'mri-lab, batches of floats', process: ours, task: 'floats' },
    { name: 'torchvision transforms.v2', process: torch, task: 'v2' },
    { name: 'torchvision transforms', process: torch, task: 'v1' },
  ].map(each => ({ ...each, times: [] as number[] }))
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const { process: one, task, times } of contenders) {
      const answer = await one.ask({ task, policy: values.policy, times: Number(values.times) })
      if (answer === null) throw new Error(`${task} ended`)
      if (round > 0) times.push(Number(answer.microseconds)) // the first round warms up
    }
  }
  ours.end()
  torch.end()
  const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
  const own = contenders[0]!.times
  console.log(
    `\n${values.policy}, ${size}x${size}, one thread, ${values.rounds} rounds in turn, us an image   ${JSON.stringify(versions)}`,
  )
  for (const { name, times } of contenders) {
    const [low, middle] = [Math.min(...times), median(times)]
    const rate = `${(1e6 / low).toFixed(0).padStart(7)} images/s at best`
    const ratio = `${(low / Math.min(...own)).toFixed(2)} (min), ${(middle / median(own)).toFixed(2)} (median) x ours`
    console.log(
      `${name.padEnd(28)} min ${low.toFixed(1).padStart(6)}   median ${middle.toFixed(1).padStart(6)}   ${rate}   ${ratio}`,
    )
  }
}

/** An image of a random size and kind. */
function randomImage(draws: RandomStream) {
  const below = (limit: number) => Math.floor(draws.uniform() * limit)
  const [width, height] = [1 + below(90), 1 + below(90)]
  const [low, range, black] = [below(256), 1 + below(256), draws.uniform() < 0.3 ? draws.uniform() : 0]
  const pixels = Uint8Array.from({ length: width * height }, () =>
    draws.uniform() < black ? 0 : Math.min(low + below(range), 255),
  )
  return { width, height, pixels }
}

function randomStep(draws: RandomStream): Step {
  const operation: OperationName = OPERATION_NAMES[draws.uint32() % OPERATION_NAMES.length]!
  const magnitude = isScaled(operation) ? draws.uint32() % MAGNITUDES : null
  return { operation, magnitude, sign: isSigned(operation) && draws.uint32() % 2 === 0 ? -1 : 1 }
}

async function compare(cases: number): Promise<void> {
  const file = await writeImages(8)
  const torch = new PeerProcess(values.python, [peer('torch_augment.py'), file, '8'])
  await torch.next()
  const seen = new Map<string, { cases: number; pixels: number; differing: number }>()
  for (let i = 0; i < cases; i++) {
    const draws = randomStream('parity', i)
    const image = randomImage(draws)
    const steps = Array.from({ length: 1 + (draws.uint32() % 3) }, () => randomStep(draws))
    const own = new Uint8Array(image.pixels.length)
    perform(steps, image, own)
    const asked = { ...image, pixels: Buffer.from(image.pixels).toString('base64'), task: 'apply' }
    const answer = await torch.ask({ ...asked, steps: steps.map(step => [step.operation, step.magnitude, step.sign]) })
    const theirs = Buffer.from(String(answer?.pixels), 'base64')
    if (theirs.length !== own.length) throw new Error(`case ${i}: torchvision answered ${JSON.stringify(answer)}`)
    const differing = own.reduce((sum, level, at) => sum + (level === theirs[at] ? 0 : 1), 0)
    if (differing > 0)
      console.log(`case ${i}: ${image.width} x ${image.height}, ${JSON.stringify(steps)}: ${differing} pixels`)
    for (const key of [...new Set(steps.map(step => step.operation)), 'all']) {
      const sum = seen.get(key) ?? { cases: 0, pixels: 0, differing: 0 }
      seen.set(key, { cases: sum.cases + 1, pixels: sum.pixels + own.length, differing: sum.differing + differing })
    }
  }
  torch.end()
  console.log(
    `\n${cases} random cases of one to three operations, sides 1 to 90\noperation          cases     pixels   differing`,
  )
  for (const name of [...OPERATION_NAMES, 'all']) {
    const sum = seen.get(name)
    if (sum !== undefined)
      console.log(
        `${name.padEnd(14)} ${String(sum.cases).padStart(9)} ${String(sum.pixels).padStart(10)} ${String(sum.differing).padStart(11)}`,
      )
  }
}

try {
  console.log(`${cpus()[0]?.model.trim()}, Node ${process.versions.node}`)
  for (const size of values.sizes.split(',').filter(text => text !== '')) await measure(Number(size))
  if (Number(values.parity) > 0) await compare(Number(values.parity))
} finally {
  rmSync(folder, { recursive: true })
}
