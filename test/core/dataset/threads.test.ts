import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PixelMemory } from '../../../src/core/dataset/pixelStore.ts'
import { readImages } from '../../../src/core/dataset/readImages.ts'
import { folderSource } from '../../../src/core/dataset/sources/folder.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mri-lab-threads-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A BMP file of `width * height` pixels, all of one grey level. */
function bitmap(width: number, height: number, grey: number): Buffer {
  const stride = 4 * Math.ceil((width * 3) / 4)
  const file = Buffer.alloc(54 + stride * height, grey)
  file.fill(0, 0, 54)
  file.write('BM')
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(24, 28)
  return file
}

test('a thousand images on threads: in order, pixels one after another, what is left out among them', async () => {
  mkdirSync(join(root, 'A'))
  for (let i = 0; i < 1000; i++) {
    const file = i % 100 === 7 ? Buffer.from('no image') : bitmap(1 + (i % 5), 2, i % 256)
    writeFileSync(join(root, 'A', `${String(i).padStart(4, '0')}.bmp`), file)
  }
  const store = new PixelMemory()
  const progress: number[] = []
  const { read, refused } = await readImages([await folderSource(root)], store, label => label, {
    onProgress: done => progress.push(done),
  })
  const numbers = [...Array(1000).keys()]
  const nameOf = (i: number) => join(root, 'A', `${String(i).padStart(4, '0')}.bmp`)
  expect(read.map(({ origin }) => origin)).toEqual(numbers.filter(i => i % 100 !== 7).map(nameOf))
  expect(refused.map(({ path }) => path)).toEqual(numbers.filter(i => i % 100 === 7).map(nameOf))
  let offset = 0
  for (const { origin, width, height, offset: at } of read) {
    const i = Number(/(\d+)\.bmp$/.exec(origin)?.[1])
    expect([at, width, height]).toEqual([offset, 1 + (i % 5), 2])
    expect([...store.read(at, width * height)].every(grey => grey === i % 256)).toBe(true)
    offset += width * height
  }
  expect(progress.at(-1)).toBe(1000)
})

test('images bigger than a hand-over: each comes, none twice', async () => {
  const path = join(root, 'big')
  mkdirSync(join(path, 'A'), { recursive: true })
  for (let i = 0; i < 5; i++) writeFileSync(join(path, 'A', `${i}.bmp`), bitmap(2400, 2000, 40 * i))
  const store = new PixelMemory()
  const { read } = await readImages([await folderSource(path)], store, label => label, {})
  expect(read.map(({ offset }) => store.read(offset, 1)[0])).toEqual([0, 40, 80, 120, 160])
  expect(store.bytes.length).toBe(5 * 2400 * 2000)
})
