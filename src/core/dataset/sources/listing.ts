import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { LabError, reasonOf } from '../../shared/errors.ts'
import type { Rejected } from '../dataset.ts'
import { byBytes } from './source.ts'

/** What lies in a folder: names, in the order of their bytes. */
export interface Listing {
  readonly folders: readonly string[]
  readonly files: readonly string[]
  /** What is not even looked at, and why. */
  readonly rejected: readonly Rejected[]
}

/** What operating systems leave behind: hidden files, thumbnails, archive residue. Ignored without a word. */
const RESIDUE = /^(\..*|thumbs\.db|desktop\.ini|__macosx)$/i

/**
 * Lists `path`. A link counts as what it leads to if that lies in `root`; a link out of it is not followed: what is added is what
 * the user pointed at. A link to nothing counts as a file, so that reading it fails and is reported.
 *
 * @param root the folder that the user named.
 * Throws `data` if `path` can't be listed.
 */
export async function listFolder(path: string, root: string): Promise<Listing> {
  const folders: string[] = []
  const files: string[] = []
  const rejected: Rejected[] = []
  try {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const { name } = entry
      const whole = join(path, name)
      if (RESIDUE.test(name)) continue
      if (name.includes('\ufffd')) rejected.push({ path: whole, reason: 'its name is not UTF-8: rename it' })
      else if (entry.isSymbolicLink() && (await leadsOut(whole, root))) {
        rejected.push({ path: whole, reason: 'a link out of the folder, which is not followed: add what it leads to' })
      } else if (entry.isSymbolicLink() ? await isFolder(whole) : entry.isDirectory()) folders.push(name)
      else files.push(name)
    }
  } catch (cause) {
    throw new LabError('data', `cannot list ${path}: ${reasonOf(cause)}`, { cause })
  }
  return { folders: folders.sort(byBytes), files: files.sort(byBytes), rejected }
}

async function leadsOut(link: string, root: string): Promise<boolean> {
  const target = await realpath(link).catch(() => null)
  const inside = await realpath(root)
  return target !== null && target !== inside && !target.startsWith(inside.endsWith(sep) ? inside : inside + sep)
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
