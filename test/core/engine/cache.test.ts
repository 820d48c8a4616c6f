/** Compiled graphs kept between processes: same bits, whole or made anew. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import { initialWeights, modelNamed } from '../../../src/core/models/index.ts'
import { adamScalars } from '../../../src/core/training/adam.ts'
import { trainingSpecs, trainStep } from '../../../src/core/training/definitions.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mri-lab-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const model = modelNamed('cnn', 16, 4)

/** Loss and weights of two steps. */
async function train(cache: string | null, batch = 4) {
  const engine = onnxCpuEngine({ threads: 1, device: 'test', cache })
  const state = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
  const step = await engine.compile(trainStep(model, batch))
  const { stepSize, epsilon } = adamScalars(1, 1e-3)
  const losses: number[] = []
  for (let i = 0; i < 2; i++) {
    const { loss } = await step.run(state, {
      pixels: Float32Array.from({ length: batch * 256 }, (_, k) => (k * 7919) % 256),
      labels: Int32Array.from({ length: batch }, (_, k) => k % 4),
      stepSize: Float32Array.of(stepSize),
      epsilon: Float32Array.of(epsilon),
    })
    losses.push(loss![0]!)
  }
  const weights = await state.read()
  await step.release()
  return { losses, weights }
}
const entries = () => readdirSync(folder)

test('a kept graph gives the same bits, and a second start adds nothing', async () => {
  const plain = await train(null)
  expect(await train(folder)).toEqual(plain)
  expect(entries()).toHaveLength(1)
  const written = readFileSync(join(folder, entries()[0]!))
  expect(await train(folder)).toEqual(plain)
  expect(entries()).toHaveLength(1)
  expect(readFileSync(join(folder, entries()[0]!)).equals(written)).toBe(true)
})

test('the kept graph is what is run', async () => {
  await train(folder)
  const entry = join(folder, entries()[0]!)
  const other = mkdtempSync(join(tmpdir(), 'mri-lab-cache-'))
  await train(other, 8)
  writeFileSync(entry, readFileSync(join(other, readdirSync(other)[0]!))) // whole, but of another batch
  rmSync(other, { recursive: true })
  await expect(train(folder)).rejects.toThrow()
})

test('another graph is another entry', async () => {
  await train(folder, 4)
  await train(folder, 3)
  expect(entries()).toHaveLength(2)
})

test.each<[string, (entry: string) => void]>([
  ['cut off', entry => truncateSync(entry, 1000)],
  ['empty', entry => truncateSync(entry, 0)],
  ['garbage', entry => writeFileSync(entry, 'no model at all, though longer than a checksum is')],
  [
    'changed in one bit',
    entry => {
      const bytes = readFileSync(entry)
      bytes[bytes.length >> 1]! ^= 1
      writeFileSync(entry, bytes)
    },
  ],
])('an entry that is %s is made anew without a word', async (_, damage) => {
  const first = await train(folder)
  const entry = join(folder, entries()[0]!)
  const whole = readFileSync(entry)
  damage(entry)
  expect(await train(folder)).toEqual(first)
  expect(entries()).toHaveLength(1)
  expect(readFileSync(entry).equals(whole)).toBe(true)
})

test('a folder that cannot be made keeps nothing and stops nothing', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(await train(join(file, 'graphs'))).toEqual(await train(null))
})

test('two engines that compile at once leave one whole entry', async () => {
  const [a, b] = await Promise.all([train(folder), train(folder)])
  expect(a).toEqual(b)
  expect(entries()).toHaveLength(1)
})
