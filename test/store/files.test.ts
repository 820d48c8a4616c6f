import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContentFiles } from '../../src/store/index.ts'
import { labError, temporaryFolder } from './laboratory.ts'

const lab = () => new ContentFiles(join(temporaryFolder(), 'lab.db'))
const absent = '0'.repeat(64)

describe('content files', () => {
  it('hold any bytes under their SHA-256, with no database open', () => {
    const files = lab()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5000 }), bytes => {
        const sha256 = files.write(bytes)
        expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
        expect(files.has(sha256)).toBe(true)
        expect(new Uint8Array(files.read(sha256, { verify: true }))).toEqual(new Uint8Array(bytes))
      }),
    )
    expect(fs.readdirSync(files.folder).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('takes the bytes of a view, not of its whole buffer', () => {
    const files = lab()
    const view = new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)
    expect([...files.read(files.write(view))]).toEqual([2, 3])
  })

  it('writes what is there no second time, but mends a file that lost its end', () => {
    const files = lab()
    const sha256 = files.write(Buffer.from('pixels'))
    const before = fs.statSync(files.pathOf(sha256))
    expect(files.write(Buffer.from('pixels'))).toBe(sha256)
    expect(fs.statSync(files.pathOf(sha256)).ino).toBe(before.ino)
    fs.truncateSync(files.pathOf(sha256), 3)
    files.write(Buffer.from('pixels'))
    expect(files.read(sha256, { verify: true }).toString()).toBe('pixels')
  })

  it('says which file is missing, empty or changed', () => {
    const files = lab()
    expect(() => files.read(absent)).toThrow(labError('data', files.pathOf(absent), 'missing'))
    const sha256 = files.write(Buffer.from('pixels'))
    fs.writeFileSync(files.pathOf(sha256), 'pixelz')
    expect(files.read(sha256).toString()).toBe('pixelz')
    expect(() => files.read(sha256, { verify: true })).toThrow(labError('data', sha256))
    fs.truncateSync(files.pathOf(sha256))
    expect(files.has(sha256)).toBe(false)
    expect(() => files.read(sha256)).toThrow(labError('data', sha256, 'empty'))
  })

  it('removes a file, and one that is not there', () => {
    const files = lab()
    const sha256 = files.write(Buffer.from('pixels'))
    files.remove(sha256)
    files.remove(sha256)
    expect(files.has(sha256)).toBe(false)
  })

  it('takes no name that leaves its folder, and no empty file', () => {
    const files = lab()
    for (const name of ['../lab.db', '', 'A'.repeat(64), `${absent}/x`]) {
      expect(() => files.pathOf(name)).toThrow(labError('data', 'not a SHA-256'))
      expect(() => files.remove(name)).toThrow(labError('data'))
    }
    expect(() => files.write(new Uint8Array())).toThrow(labError('data', 'empty'))
  })

  it('leaves nothing behind when it cannot write', () => {
    const folder = temporaryFolder()
    const files = new ContentFiles(join(folder, 'lab.db'))
    fs.writeFileSync(files.folder, 'a file where the folder should be')
    expect(() => files.write(Buffer.from('pixels'))).toThrow(labError('failed', files.folder))
    expect(fs.readdirSync(folder)).toEqual(['lab.db.files'])
  })
})
