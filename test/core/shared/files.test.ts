import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reasonOf } from '../../../src/core/shared/errors.ts'
import { makeFolders } from '../../../src/core/shared/makeFolders.ts'
import { refuseUnwritable, replaceFile } from '../../../src/core/shared/replaceFile.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mri-lab-files-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}

describe('folders', () => {
  it('are made with those above them, and told of from the top', () => {
    const top = folder()
    const made: string[] = []
    makeFolders(join(top, 'a', 'b'), 0o700, path => made.push(path))
    expect(made).toEqual([join(top, 'a'), join(top, 'a', 'b')])
    expect(statSync(join(top, 'a')).mode & 0o777).toBe(0o700)
    makeFolders(join(top, 'a', 'b'), 0o700, path => made.push(path))
    expect(made).toHaveLength(2)
  })

  it.runIf(existsSync('/proc/self'))('that the system never makes are an error, not a wait without end', () => {
    expect(() => makeFolders('/proc/mri-lab/a')).toThrow(/ENOENT|EACCES|EPERM/)
  })

  it('below a file are an error', () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    expect(() => makeFolders(join(file, 'a'))).toThrow(/ENOTDIR|EEXIST/)
  })
})

describe("the reason of a system's error", () => {
  it('is its words without code and path, whatever the path holds', () => {
    const path = join(folder(), 'x, open y')
    expect(reasonOf(thrownBy(() => readFileSync(path)))).toBe('no such file or directory')
    expect(reasonOf(thrownBy(() => readFileSync(tmpdir())))).toBe('illegal operation on a directory')
  })

  it('is the whole message of any other error, on one line', () => {
    expect(reasonOf(new Error('one\n two'))).toBe('one two')
    expect(reasonOf('thrown text')).toBe('thrown text')
  })
})

describe('a file that is replaced', () => {
  it('is refused beforehand by the words that writing it would have', async () => {
    const top = folder()
    const file = join(top, 'file')
    writeFileSync(file, '')
    for (const path of [top, join(top, 'none', 'x'), join(file, 'x')]) {
      const error = await replaceFile(path, new Uint8Array(1)).catch((thrown: unknown) => thrown)
      expect(thrownBy(() => refuseUnwritable(path))).toMatchObject({ kind: 'failed', message: (error as Error).message })
    }
    for (const path of [file, join(top, 'new')]) expect(() => refuseUnwritable(path)).not.toThrow()
    expect(readdirSync(top)).toEqual(['file'])
  })

  it('says where it cannot go, and leaves nothing there', async () => {
    const top = folder()
    await expect(replaceFile(join(top, 'no', 'a.txt'), new Uint8Array(1))).rejects.toThrow(
      `cannot write ${join(top, 'no', 'a.txt')}: there is no folder ${join(top, 'no')}`,
    )
    mkdirSync(join(top, 'there'))
    await expect(replaceFile(join(top, 'there'), new Uint8Array(1))).rejects.toThrow('it is a folder; name a file')
    expect(readdirSync(top)).toEqual(['there'])
  })
})
