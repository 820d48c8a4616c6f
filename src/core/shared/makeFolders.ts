import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are not there; one that is there stays as it is. Node's own `recursive` never returns where the
 * system answers ENOENT to every attempt, as under /proc. Throws what `mkdirSync` throws.
 * @param made is told of each new folder, from the top
 */
export function makeFolders(folder: string, mode?: number, made: (folder: string) => void = () => {}): void {
  if (existsSync(folder)) return
  const above = dirname(folder)
  if (above !== folder) makeFolders(above, mode, made)
  try {
    mkdirSync(folder, { ...(mode === undefined ? {} : { mode }) })
  } catch (error) {
    if (existsSync(folder)) return // another process was faster
    throw error
  }
  made(folder)
}
