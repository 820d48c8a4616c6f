import { closeSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { imageOfFile } from '../../../src/core/dataset/imageMemory.ts'
import {
  heldInMemory,
  imageFile,
  imageMemory,
  importDataset,
  importInto,
  pixelsOf,
  resizeBilinear,
  splitDataset,
} from '../../../src/core/dataset/index.ts'
import { mapInOrder } from '../../../src/core/dataset/mapInOrder.ts'
import { plainPixels } from '../../../src/core/training/batches.ts'
import { ContentFiles } from '../../../src/store/index.ts'
import { fixture } from './golden.ts'

test('the sample in shared memory: resized once, the same bytes in a worker thread', async () => {
  const { dataset, pixels } = await importDataset({ name: 'sample', paths: [fixture('sample')], seed: 1 })
  const memory = imageMemory(pixels, dataset.images, 48)
  const { id, offset } = dataset.images[200]!
  const expected = resizeBilinear(pixels.subarray(offset, offset + 128 * 128), 128, 128, 48, 48)
  expect(pixelsOf(memory, id)).toEqual(expected)
  expect(memory.buffer.byteLength).toBe(488 * 48 * 48)
  expect(() => pixelsOf(memory, 'nobody')).toThrow(/not in memory/)
  expect(() => imageMemory(pixels.subarray(0, 1000), dataset.images, 48)).toThrow(/damaged/)

  const code = `const { parentPort, workerData: { buffer, index, size } } = require('node:worker_threads')
    const start = index.get('${id}') * size * size
    parentPort.postMessage(Uint8Array.from(new Uint8Array(buffer, start, size * size)))`
  const worker = new Worker(code, { eval: true, workerData: memory })
  const seen = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  await worker.terminate()
  expect(seen).toEqual(expected)
})

test('the sample in files: pixels on disk as they come, images read where they lie, the same bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = new ContentFiles(join(folder, 'lab.db'))
  const writer = files.begin()
  const request = { name: 'sample', paths: [fixture('sample')], seed: 1 }
  const dataset = await importInto(writer, request)
  expect(writer.keep()).toBe(true)
  const { pixels, dataset: same } = await importDataset(request)
  expect(dataset).toEqual(same)
  expect(files.read(dataset.pixels, { verify: true }).equals(pixels)).toBe(true)

  const [pack, file] = [files.open(dataset.pixels), files.scratch()]
  expect(readdirSync(files.folder)).toEqual([dataset.pixels])
  const white = { width: 3, height: 3, pixels: new Uint8Array(9).fill(255) }
  for (const size of [48, 128]) {
    const memory = imageMemory(pixels, dataset.images, size, [white])
    expect(imageMemory(pack, dataset.images, size, [white])).toEqual(memory)
    imageFile(file, pack, dataset.images, size, [white])
    const places = [488, 0, 3, 200].map(place => ({ place }))
    const bytes = new Uint8Array(memory.buffer)
    expect(plainPixels(places, { size, file })).toEqual(plainPixels(places, { size, bytes }))
  }
  expect(() => imageOfFile(file, 489, 128)).toThrow(/ends before image 489/)
  expect(() => imageMemory(pack, [{ ...dataset.images[0]!, offset: pixels.length - 5 }], 128)).toThrow(/ends too early/)
  pack.close()
  closeSync(file)
  expect(heldInMemory(50, 100) && !heldInMemory(51, 100)).toBe(true)
})

test('a data set under another split: a fingerprint of its own, and back', async () => {
  const { dataset } = await importDataset({ name: 'sample', paths: [fixture('sample')], seed: 1 })
  const random = { kind: 'random', validationFraction: 0.2, testFraction: 0.2, seed: 1 } as const
  const first = splitDataset(dataset, random)
  const second = splitDataset(dataset, { ...random, number: 1 })
  const count = (part: string) => first.images.filter(image => image.part === part).length
  expect([count('train'), count('validation'), count('test')]).toEqual([294, 97, 97]) // 48 + 34 + 13 + 2 of 240, 172, 64, 12
  expect(new Set([dataset, first, second].map(each => each.fingerprint)).size).toBe(3)
  expect(splitDataset(second, dataset.split).fingerprint).toBe(dataset.fingerprint)
})

test('mapInOrder keeps order, bounds what is under way, and ends at a failure', async () => {
  async function* items() {
    for (let i = 0; i < 20; i++) yield i
  }
  let underWay = 0
  let most = 0
  const work = async (i: number) => {
    most = Math.max(most, ++underWay)
    await new Promise(resolve => setTimeout(resolve, (i * 7) % 5))
    underWay--
    if (i === 15) throw new Error('fifteen')
    return i
  }
  const seen: number[] = []
  await expect(async () => {
    for await (const i of mapInOrder(items(), 4, work)) seen.push(i)
  }).rejects.toThrow('fifteen')
  expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => i))
  expect(most).toBe(4)
  expect(underWay).toBe(0)
})
