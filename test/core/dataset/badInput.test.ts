import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Dataset, type ImportRequest, importDataset } from '../../../src/core/dataset/index.ts'
import { readImageFile } from '../../../src/core/dataset/readImageFile.ts'
import { fixture } from './golden.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mri-lab-bad-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const IMAGES = ['grey.jpg', 'colour.jpg', 'grey.png', 'rgba.png', 'grey.tif', 'colour.webp', 'grey.bmp', 'palette.png']
let made = 0
/** A new folder of class folders, each with so many images. */
function folder(counts: Record<string, number>): string {
  const path = join(root, `source-${made++}`)
  for (const [label, count] of Object.entries(counts)) {
    mkdirSync(join(path, label), { recursive: true })
    for (const name of IMAGES.slice(0, count)) copyFileSync(fixture(`dataset/images/${name}`), join(path, label, name))
  }
  return path
}

async function add(path: string, more: Partial<ImportRequest> = {}): Promise<Dataset> {
  return (await importDataset({ name: 'x', paths: [path], seed: 1, ...more })).dataset
}

function reasons({ rejected }: Dataset): Record<string, string> {
  return Object.fromEntries(rejected.map(({ path, reason }) => [basename(path), reason]))
}

describe('files in a class folder', () => {
  test.each([
    'truncated.jpg',
    'truncated.png',
    'truncated.tif',
    'truncated.webp',
    'truncated.bmp',
    'huge.png',
    'empty.jpg',
    'scan.dcm',
    'volume.nii',
  ])('%s is left out with its reason, and the rest is kept', async name => {
    const path = folder({ A: 2, B: 2 })
    copyFileSync(fixture(`dataset/damaged/${name}`), join(path, 'A', name))
    const dataset = await add(path)
    expect(dataset.images).toHaveLength(4)
    expect(Object.keys(reasons(dataset))).toEqual([name])
  })

  test('links are followed inside the folder, never out of it', async () => {
    const elsewhere = folder({ A: 2, B: 2 })
    const path = folder({ A: 2, B: 2 })
    symlinkSync(join(elsewhere, 'A', 'grey.jpg'), join(path, 'A', 'out.jpg'))
    symlinkSync(join(elsewhere, 'A'), join(path, 'C'))
    symlinkSync('/dev/zero', join(path, 'A', 'endless.png'))
    symlinkSync('grey.jpg', join(path, 'A', 'in.jpg'))
    symlinkSync('nowhere.jpg', join(path, 'A', 'nothing.jpg'))
    symlinkSync('loop.jpg', join(path, 'A', 'loop.jpg'))
    const dataset = await add(path)
    expect(dataset.classes).toEqual(['A', 'B'])
    expect(dataset.images.map(({ origin }) => basename(origin))).toContain('in.jpg')
    expect(dataset.images).toHaveLength(5)
    expect(reasons(dataset)).toEqual({
      C: expect.stringMatching(/link out of the folder, which is not followed/),
      'out.jpg': expect.stringMatching(/link out of the folder/),
      'endless.png': expect.stringMatching(/link out of the folder/),
      'nothing.jpg': 'cannot be read: no such file or directory',
      'loop.jpg': 'cannot be read: too many symbolic links encountered',
    })
  })

  test('a pipe does not block, a folder is no image', async () => {
    const path = folder({ A: 2, B: 2 })
    execFileSync('mkfifo', [join(path, 'A', 'pipe.png')])
    mkdirSync(join(path, 'B', 'folder.jpg'))
    expect(reasons(await add(path))).toEqual({
      'pipe.png': 'is no regular file',
      'folder.jpg': expect.stringMatching(/folder inside a class folder/),
    })
  })

  test('a file whose reader is refused is left out', async () => {
    // Root may read everything: this process reads as nobody for a moment, after its modules are there.
    const path = folder({ A: 2, B: 2 })
    const secret = join(path, 'A', 'grey.jpg')
    execFileSync('chmod', ['-R', 'a+rX', root])
    execFileSync('chmod', ['000', secret])
    await add(folder({ A: 2, B: 2 }))
    const isRoot = process.getuid?.() === 0
    if (isRoot) process.seteuid?.(65534)
    try {
      expect(() => readImageFile(secret)).toThrow(/^cannot be read: permission denied$/)
      expect(reasons(await add(path))).toEqual({ 'grey.jpg': 'cannot be read: permission denied' })
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })

  test('names of any letters are kept as they are', async () => {
    const path = folder({ A: 2, B: 2 })
    const names = ['a b.jpg', '🧠 slice.png', 'two\nlines.jpg', '\x1b[31mred\x07.jpg', '影像.png', '-rf.jpg', '%00.png']
    for (const name of names) copyFileSync(fixture('dataset/images/grey.jpg'), join(path, 'A', name))
    const dataset = await add(path)
    expect(dataset.rejected).toEqual([])
    expect(new Set(dataset.images.map(({ origin }) => basename(origin)))).toEqual(
      new Set([...names, 'grey.jpg', 'colour.jpg']),
    )
  })

  test('a name that is no UTF-8 is left out and says so', async () => {
    const path = folder({ A: 2, B: 2 })
    const name = Buffer.concat([Buffer.from(join(path, 'A', 'caf')), Buffer.from([0xe9]), Buffer.from('.jpg')])
    writeFileSync(name, readFileSync(fixture('dataset/images/grey.jpg')))
    expect(Object.values(reasons(await add(path)))).toEqual(['its name is not UTF-8: rename it'])
  })

  test('a file that goes, or is written, while the folder is read is left out', async () => {
    const path = folder({ A: 2, B: 2 })
    for (let i = 0; i < 200; i++) copyFileSync(fixture('dataset/images/grey.jpg'), join(path, 'B', `z${i}.jpg`))
    let gone = false
    const { dataset } = await importDataset(
      { name: 'x', paths: [path], seed: 1 },
      {
        onProgress: () => {
          if (gone) return
          gone = true
          unlinkSync(join(path, 'B', 'z99.jpg'))
          writeFileSync(join(path, 'B', 'z98.jpg'), readFileSync(fixture('dataset/images/grey.jpg')).subarray(0, 600))
          writeFileSync(join(path, 'B', 'znew.jpg'), 'never listed')
        },
      },
    )
    expect(reasons(dataset)).toEqual({
      'z98.jpg': expect.stringMatching(/premature end/),
      'z99.jpg': 'cannot be read: no such file or directory',
    })
    expect(dataset.images).toHaveLength(202)
  })
})

describe('classes', () => {
  test('one image in each of two classes is a dataset', async () => {
    const dataset = await add(folder({ A: 1, B: 1 }))
    expect(dataset.images.map(({ part }) => part)).toEqual(['train', 'train'])
  })

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['a single class', () => add(folder({ A: 3 })), /two classes are needed, found only 'A'/],
    [
      'a class in validation that train lacks',
      () => add(folder({ A: 2, B: 2 }), { validation: folder({ A: 2, B: 2, C: 2 }) }),
      /class 'C' has no image in train under the parity split/,
    ],
    [
      'a class whose one image is held out',
      () => add(folder({ A: 4, B: 1 }), { split: 'random', fractions: { validation: 0.5 } }),
      /class 'B' has no image in train under the random split/,
    ],
    ['nothing but damaged files', () => onlyDamaged(), /class 'A' has no readable image/],
    ['an empty folder', () => add(emptyFolder()), /no class folders/],
  ])('%s is refused', async (_, act, message) => {
    await expect(act()).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
  })
})

function onlyDamaged(): Promise<Dataset> {
  const path = folder({ A: 0, B: 0 })
  for (const label of ['A', 'B']) copyFileSync(fixture('dataset/damaged/truncated.jpg'), join(path, label, '1.jpg'))
  return add(path)
}

function emptyFolder(): string {
  const path = join(root, `empty-${made++}`)
  mkdirSync(path)
  return path
}

describe('paths that hold no images', () => {
  test.each([
    ['x.zip', /an archive: unpack it/],
    ['x.nii.gz', /a volume: .*med2image/],
    ['x.dcm', /dcm2niix/],
    ['x.png', /a single image/],
    ['x.txt', /neither a folder nor/],
  ])('%s says what to do', async (name, message) => {
    writeFileSync(join(root, name), 'x')
    await expect(add(join(root, name))).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
  })
})
