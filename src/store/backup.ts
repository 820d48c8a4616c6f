import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { LabError } from '../core/shared/errors.ts'
import { Connection } from './connection.ts'
import { ContentFiles } from './files.ts'
import { createPrivateFile, syncFile, syncFolder } from './privateFile.ts'
import { referencedFiles } from './references.ts'
import { explained } from './sqliteError.ts'

/**
 * Writes a snapshot of the database at `path` to `target`, and the content files that the snapshot names to `target`.files.
 * Other processes may write meanwhile. The target appears once everything is on the disk. `onFile` hears how many content files are there; returns
 * how many there are. Throws as `Store.backup` says; then files that it wrote are gone again.
 */
export function backupTo(
  path: string,
  files: ContentFiles,
  target: string,
  onFile: (done: number, total: number) => void = () => {},
): number {
  const absolute = resolve(target)
  if (fs.existsSync(absolute)) throw new LabError('usage', `${absolute} exists; name a new file for the backup`)
  const aside = `${absolute}.${randomUUID()}`
  createPrivateFile(aside)
  const copies = new ContentFiles(absolute)
  const written: string[] = []
  const madeFolder = !fs.existsSync(copies.folder)
  try {
    vacuumInto(path, aside)
    const needed = filesOf(aside)
    for (const [done, sha256] of needed.entries()) {
      if (!copies.has(sha256)) {
        copies.write(files.read(sha256, { verify: true }))
        written.push(sha256)
      }
      onFile(done + 1, needed.length)
    }
    syncFile(aside)
    fs.renameSync(aside, absolute)
    syncFolder(dirname(absolute))
    return needed.length
  } catch (thrown) {
    fs.rmSync(aside, { force: true })
    for (const sha256 of written) copies.remove(sha256)
    if (madeFolder) fs.rmSync(copies.folder, { recursive: true, force: true })
    throw explained(thrown, absolute)
  }
}

/** A connection of its own: the store's may be one that refuses every write, and VACUUM INTO counts as one. */
export function vacuumInto(path: string, target: string, { readonly = false } = {}): void {
  const database = new Database(path, { fileMustExist: true, readonly })
  try {
    database.prepare('VACUUM INTO ?').run(target)
  } finally {
    database.close()
  }
}

function filesOf(snapshot: string): string[] {
  const connection = new Connection(snapshot, new Database(snapshot, { fileMustExist: true }), () => new Date(0))
  try {
    return referencedFiles(connection)
  } finally {
    connection.close()
  }
}
