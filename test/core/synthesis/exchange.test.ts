import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DatasetImage } from '../../../src/core/dataset/index.ts'
import { decodeGreyFile, encodeGreyFile, type Imported, openFolder } from '../../../src/core/synthesis/index.ts'

const hash = (letter: string) => letter.repeat(64)
const image = (letter: string, label: number, part: DatasetImage['part'], origin: string): DatasetImage => {
  const place = { width: 4, height: 4, offset: 0, sourcePart: null }
  return { id: `${hash(letter)}-1`, sha256: hash(letter), label, part, origin, ...place }
}
const dataset = {
  name: 'd',
  classes: ['NonDemented', 'MildDemented'],
  images: [
    image('a', 0, 'train', '/data/train/Non/1.jpg'),
    image('b', 1, 'train', '/data/train/Mild/1.jpg'),
    image('c', 1, 'train', '/data/train/Mild/2.jpg'),
    image('d', 1, 'validation', '/data/test/Mild/3.jpg'),
  ],
}

/** A folder of grey PNG files of these names. */
async function folderOf(...files: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-exchange-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [grey, file] of files.entries()) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    const pixels = Buffer.alloc(16, grey + 1)
    await sharp(pixels, { raw: { width: 4, height: 4, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, file))
  }
  return folder
}

async function imported(folder: string, csv: string | null, generator: string | null = 'gan') {
  if (csv !== null) writeFileSync(join(folder, 'p.csv'), csv)
  const parents = csv === null ? null : join(folder, 'p.csv')
  const opened = await openFolder({ folder, dataset, generator, parents })
  const all: Imported[] = []
  for await (const one of opened.images()) all.push(one)
  return all
}

describe('grey files', () => {
  it('come back as they went, and nothing else comes back', () => {
    const grey = { width: 3, height: 2, pixels: Uint8Array.of(0, 10, 13, 32, 255, 7) }
    expect(decodeGreyFile(encodeGreyFile(grey))).toEqual(grey)
    for (const bytes of [encodeGreyFile(grey).subarray(0, 12), Buffer.from('P6\n1 1\n255\n.'), new Uint8Array(0)])
      expect(() => decodeGreyFile(bytes)).toThrow(/damaged/)
  })
})

describe('a folder made elsewhere', () => {
  it('finds parents by hash, id, place and path; the source first, its class theirs; variations counted', async () => {
    const folder = await folderOf('1.png', '2.png', 'x/3.png', 'mild_demented/4.png')
    const csv = [
      'Path;Parents;trained_on;terms',
      `1.png;${hash('b')}|train:0;;`,
      `x/3.png;Mild/1.jpg;${hash('d')};CC0`,
      `2.png;${hash('a')}-1;;`,
      '4.png;d:validation:0;;',
    ].join('\n')
    const images = await imported(folder, csv)
    expect(images.map(({ image: _, parameters, ...rest }) => ({ ...rest, file: parameters.file }))).toEqual([
      one('1.png', 'MildDemented', ['b', 'a'], 1),
      one('2.png', 'NonDemented', ['a'], 1),
      one('mild_demented/4.png', 'MildDemented', ['d'], 1),
      { ...one('x/3.png', 'MildDemented', ['b'], 2), trainedOn: [hash('d')], terms: 'CC0' },
    ])
    expect(images[0]!.image.pixels[0]).toBe(1)
  })

  it('without parents is known by its class folders', async () => {
    const images = await imported(await folderOf('Mild Demented/1.png'), null)
    expect(images).toMatchObject([{ class: 'MildDemented', parents: [], variation: 1 }])
  })

  it('takes paths as Windows and spreadsheets write them', async () => {
    const folder = await folderOf('Mild Demented/a, "b" é.PNG', 'Mild Demented/c d.JPEG', '__MACOSX/._1.png')
    const rows = ['"Mild Demented\\a, ""b"" é.PNG",Mild\\1.jpg', './Mild Demented/c d.JPEG,train\\Mild\\2.jpg']
    const images = await imported(folder, `\ufeff${['File,Parent', ...rows, ''].join('\r\n')}`)
    expect(images.map(({ parents }) => parents)).toEqual([[hash('b')], [hash('c')]])
  })

  it('may have a manifest of another program, which says nothing here', async () => {
    const folder = await folderOf('mild_demented/1.png')
    writeFileSync(join(folder, 'manifest.json'), '{"name": "my gan", "images": 1}')
    expect(await imported(folder, null)).toMatchObject([{ generator: 'gan', class: 'MildDemented' }])
    expect(await imported(folder, 'file,parents\n1.png,Mild/1.jpg')).toMatchObject([{ parents: [hash('b')] }])
    writeFileSync(join(folder, 'manifest.json'), '{"format": "mri-lab bank", ')
    await expect(imported(folder, null)).rejects.toThrow('not JSON')
  })

  it('that was exported keeps what its generator learned from, whoever names the parents and the generator', async () => {
    const folder = await folderOf('1.png', '2.png')
    const grey = (level: number) => encodeGreyFile({ width: 4, height: 4, pixels: new Uint8Array(16).fill(level) })
    const rest = {
      generator: 'diffusion',
      class: 'MildDemented',
      parents: [hash('b')],
      variation: 1,
      parameters: {},
      cost: 0,
    }
    const image = (file: string, level: number, trainedOn: number | null) => {
      const sha256 = createHash('sha256').update(grey(level)).digest('hex')
      return { ...rest, file, sha256, trainedOn, terms: 'CC0', created: '' }
    }
    const manifest = {
      ...{ format: 'mri-lab bank', version: 1, dataset: { name: 'd', fingerprint: 'f' } },
      ...{ learned: [[hash('b'), hash('d')]], images: [image('1.png', 1, 0), image('2.png', 2, null)] },
    }
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
    const alone = await imported(folder, null, null)
    expect(alone.map(({ trainedOn }) => trainedOn)).toEqual([[hash('b'), hash('d')], []])
    const beside = await imported(folder, `file,parents,trained_on\n1.png,${hash('c')},train:0\n2.png,${hash('b')},`)
    expect(beside.map(({ parents, trainedOn, terms, generator }) => [parents, trainedOn, terms, generator])).toEqual([
      [[hash('c')], [hash('a'), hash('b'), hash('d')], 'CC0', 'gan'],
      [[hash('b')], [], 'CC0', 'gan'],
    ])
  })

  it.each([
    [['1.png'], 'file,parents\n1.png,1.jpg', "p.csv: 1.png: parent '1.jpg' may be any of 2 images"],
    [['1.png'], 'file,parents\n1.png,9.jpg', "parent '9.jpg' is no image of dataset d"],
    [['1.png'], 'file,parents\n2.png,train:0', "'2.png' names no image"],
    [['a/1.png', 'b/1.png'], 'file,parents\n1.png,train:0', "'1.png' names several images"],
    [['1.png'], 'name,of\n1.png,train:0', 'its first line must name the columns file,parents'],
    [['1.png'], 'file,parents,variation\n1.png,train:0,none', "variation 'none' is no whole number"],
    [['1.png'], null, 'neither a parent nor a folder named by a class'],
    [['NonDemented/1.png'], 'file,parents\n1.png,train:1', 'it lies with NonDemented, but its source is MildDemented'],
    [[], null, 'holds no images'],
  ])('%j with %j is refused', async (files, csv, message) => {
    await expect(imported(await folderOf(...files), csv)).rejects.toThrow(message)
  })

  it('needs a name for what made it', async () => {
    await expect(imported(await folderOf('1.png'), null, null)).rejects.toThrow('--generator-name NAME')
  })
})

function one(file: string, className: string, parents: readonly string[], variation: number) {
  const rest = { generator: 'gan', trainedOn: [], cost: 0, terms: null }
  return { ...rest, file, class: className, parents: parents.map(hash), variation }
}
