import { existsSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LabError, reasonOf } from './errors.ts'

/**
 * Writes a file whole or not at all: to a name beside it, synced, then renamed over it.
 * @throws LabError `failed` that names the path; what was there before stays.
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new LabError('failed', `cannot write ${path}: ${whyNot(cause, path)}`, { cause })
  }
}

/**
 * Refuses a file for which there is no place, before the work whose result it is to hold: its path is a folder's, or lies in none.
 * @throws LabError `failed` as `replaceFile`
 */
export function refuseUnwritable(path: string): void {
  const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (!isFolder(path) && isFolder(dirname(path))) return
  const code = isFolder(path) ? 'EISDIR' : existsSync(dirname(path)) ? 'ENOTDIR' : 'ENOENT'
  const cause = Object.assign(new Error('not a directory'), { code })
  throw new LabError('failed', `cannot write ${path}: ${whyNot(cause, path)}`)
}

function whyNot(cause: unknown, path: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOENT') return `there is no folder ${dirname(path)}`
  return code === 'EISDIR' ? 'it is a folder; name a file' : reasonOf(cause)
}
