import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { imageMemory, importDataset, pixelsOf, resizeBilinear, splitDataset } from '../../../src/core/dataset/index.ts'
import { mapInOrder } from '../../../src/core/dataset/mapInOrder.ts'
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
