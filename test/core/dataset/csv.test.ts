import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dataset, type ImportRequest, importDataset } from '../../../src/core/dataset/index.ts'
import { fixture } from './golden.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mri-lab-csv-'))
  mkdirSync(join(root, 'scans'))
  for (const name of ['a.jpg', 'b, "the second".jpg', 'c\n.jpg', '🧠.jpg']) {
    copyFileSync(fixture('dataset/images/grey.jpg'), join(root, 'scans', name))
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function add(text: string | Uint8Array, more: Partial<ImportRequest> = {}): Promise<Dataset> {
  writeFileSync(join(root, 'images.csv'), text)
  return (await importDataset({ name: 'x', paths: [join(root, 'images.csv')], seed: 1, ...more })).dataset
}

const rows = ({ images, classes }: Dataset) =>
  images.map(({ origin, label, sourcePart, group }) => [
    origin.slice(join(root, 'scans').length + 1),
    classes[label],
    sourcePart,
    group,
  ])

const expected = [
  ['a.jpg', 'NonDemented', 'train', 'p1'],
  ['b, "the second".jpg', 'NonDemented', 'validation', 'p2'],
  ['c\n.jpg', 'MildDemented', 'train', 'p3'],
  ['🧠.jpg', 'MildDemented', 'validation', 'p4'],
]

test('columns by name in any order, quoted fields, paths relative to the file, parts, groups', async () => {
  const dataset = await add(
    '\ufeffLabel,age,Path,split,group\r\nNon_Demented,70,scans/a.jpg,train,p1\r\n' +
      'non demented,71,"scans/b, ""the second"".jpg",VAL,p2\r\n' +
      `Mild-Demented,72,"scans/c\n.jpg",Train,p3\r\n\r\nmild_demented,73,${join(root, 'scans', '🧠.jpg')},valid,p4`,
  )
  expect(rows(dataset)).toEqual(expected)
  expect(dataset).toMatchObject({ rejected: [], split: { kind: 'parity' }, groups: { by: 'column', column: 'group' } })
})

test('without names the columns are path, label, split, group; semicolons and tabs separate too', async () => {
  for (const mark of [',', ';', '\t']) {
    const lines = [
      ['scans/a.jpg', 'NonDemented', 'train', 'p1'],
      ['"scans/b, ""the second"".jpg"', 'NonDemented', 'validation', 'p2'],
      ['"scans/c\n.jpg"', 'MildDemented', 'train', 'p3'],
      ['scans/🧠.jpg', 'MildDemented', 'validation', 'p4'],
    ]
    const dataset = await add(lines.map(line => line.join(mark)).join('\n'))
    expect(rows(dataset).map(row => row.slice(0, 3))).toEqual(expected.map(row => row.slice(0, 3)))
  }
})

test('--group-column names another column', async () => {
  const dataset = await add('path,label,site\nscans/a.jpg,A,x\nscans/🧠.jpg,B,y\n', { groups: { column: 'site' } })
  expect(dataset).toMatchObject({ groups: { by: 'column', column: 'site' }, images: [{ group: 'x' }, { group: 'y' }] })
})

test('a line that names no image is left out, with its number', async () => {
  const dataset = await add(
    'path,label,split\nscans/a.jpg,A,train\n,A,train\nscans/🧠.jpg,,train\nscans/a.jpg,B,later\nscans/no.jpg,A,train\n"scans/c\n.jpg",B,train\n',
  )
  expect(dataset.images).toHaveLength(2)
  expect(dataset.rejected).toEqual([
    { path: join(root, 'images.csv line 3'), reason: 'the line names no file' },
    { path: join(root, 'images.csv line 4'), reason: 'the line has no label' },
    { path: join(root, 'images.csv line 5'), reason: "split 'later' is none of train, validation, test" },
    { path: join(root, 'scans/no.jpg'), reason: 'cannot be read: no such file or directory' },
  ])
})

test.each<[string, string | Uint8Array, Partial<ImportRequest>, RegExp]>([
  ['no names and no file', 'scan,diagnosis\n1,2\n', {}, /first line must name the columns path,label/],
  ['nothing', '', {}, /is empty/],
  ['an open quote', `path,label\n"scans/a.jpg,A\n${'x'.repeat(70_000)}\n`, {}, /cannot read .*images\.csv as CSV/],
  ['an open quote in few lines', 'path,label\n"scans/a.jpg,A\n', {}, /cannot read .*images\.csv as CSV/],
  ['no UTF-8', Buffer.from([0x70, 0xff, 0x2c]), {}, /cannot read .*images\.csv as CSV in UTF-8/],
  [
    'no such column',
    'path,label\nscans/a.jpg,A\n',
    { groups: { column: 'site' } },
    /no column 'site': its columns are path, label/,
  ],
])('%s is refused', async (_, text, more, message) => {
  await expect(add(text, more)).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
})
