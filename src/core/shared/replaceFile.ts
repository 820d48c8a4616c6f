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

function whyNot(cause: unknown, path: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOENT') return `there is no folder ${dirname(path)}`
  return code === 'EISDIR' ? 'it is a folder; name a file' : reasonOf(cause)
}
