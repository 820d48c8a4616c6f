import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { ContentFiles } from '../../src/store/index.ts'
import { labError, temporaryFolder } from './laboratory.ts'

const lab = () => new ContentFiles(join(temporaryFolder(), 'lab.db'))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

it('a file made piece by piece is read while it is made, and lies under its SHA-256 when it is kept', () => {
  const files = lab()
  const writer = files.begin()
  writer.write(Buffer.from('grey '))
  writer.write(Buffer.from('pixels'))
  expect(text(writer.read(5, 3))).toBe('pix')
  expect(() => writer.read(5, 30)).toThrow(/are not there/)
  const sha256 = createHash('sha256').update('grey pixels').digest('hex')
  expect(writer.sha256()).toBe(sha256)
  expect(files.has(sha256)).toBe(false)
  expect(writer.keep()).toBe(true)
  writer.abandon()
  expect(text(files.read(sha256, { verify: true }))).toBe('grey pixels')
  expect(fs.readdirSync(files.folder)).toEqual([sha256])
  expect(fs.statSync(files.pathOf(sha256)).mode & 0o777).toBe(0o600)
  expect(fs.statSync(files.folder).mode & 0o777).toBe(0o700)

  const again = files.begin()
  again.write(Buffer.from('grey pixels'))
  expect(again.keep()).toBe(false)
  expect(fs.readdirSync(files.folder)).toEqual([sha256])
})

it('an abandoned file leaves nothing, not even the folder that was made for it', () => {
  const files = lab()
  const writer = files.begin()
  writer.write(Buffer.from('pixels'))
  expect(fs.readdirSync(files.folder)).toHaveLength(1)
  writer.abandon()
  expect(fs.readdirSync(dirname(files.folder))).toEqual([])

  files.write(Buffer.from('weights'))
  const other = files.begin()
  other.abandon()
  expect(fs.readdirSync(files.folder)).toHaveLength(1)
  const empty = files.begin()
  expect(() => empty.keep()).toThrow(labError('data'))
  empty.abandon()
})

it('what a killed process left goes when it is a week old; what another makes now stays', () => {
  const files = lab()
  files.write(Buffer.from('weights'))
  const name = (pid: number) => join(files.folder, `.${pid}-01234567-89ab-cdef-0123-456789abcdef`)
  const old = new Date(Date.now() - 8 * 86_400_000)
  const [dead, young, alive] = [2 ** 22 + 1, 2 ** 22 + 2, process.ppid].map(pid => name(pid!)) as [string, string, string]
  for (const path of [dead, young, alive]) fs.writeFileSync(path, 'x')
  for (const path of [dead, alive]) fs.utimesSync(path, old, old)
  files.begin().abandon()
  expect([dead, young, alive].map(path => fs.existsSync(path))).toEqual([false, true, true])
})

it('parts of a file are read where they lie', () => {
  const files = lab()
  const reader = files.open(files.write(Buffer.from('grey pixels')))
  const part = new Uint8Array(3)
  reader.readInto(part, 5)
  expect(text(part)).toBe('pix')
  expect(() => reader.readInto(part, 9)).toThrow(labError('data'))
  reader.close()
  expect(() => files.open('0'.repeat(64))).toThrow(labError('data'))
})
