/** Reads class folders: `PATH/<Class>/*`, or with a part level `PATH/<train|test|valid|val|validation>/<Class>/*`. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LabError, messageOf } from '../../shared/errors.ts'
import type { Part, Rejected } from '../dataset.ts'
import { byBytes, type ImageSource, partOfName } from './source.ts'

interface Entry {
  readonly path: string
  readonly label: string
  readonly part: Part | null
}

interface Listing {
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** What operating systems leave behind: hidden files, thumbnails, archive residue. Ignored without a word. */
const RESIDUE = /^(\..*|thumbs\.db|desktop\.ini|__macosx)$/i
const IMAGE_NAME = /\.(jpe?g|png|gif|bmp|tiff?|webp)$/i

/**
 * The class folders under `path`, whose own name counts as the part if it is one (`data/train`). Files are taken in the order of
 * their paths' bytes. What lies in a class folder and is no image is yielded as rejected, as are images outside class folders.
 *
 * Throws `data` if `path` can't be listed or holds no class folder.
 */
export async function folderSource(path: string): Promise<ImageSource> {
  const top = await list(path)
  const parts = top.folders.filter(name => partOfName(name) !== null)
  const roots = parts.map(name => ({ path: join(path, name), part: partOfName(name) }))
  const rejected: Rejected[] = strayImages(path, top.files)
  if (roots.length === 0) roots.push({ path, part: partOfName(basename(resolve(path))) })
  else {
    const others = top.folders.filter(name => partOfName(name) === null)
    for (const name of others)
      rejected.push({ path: join(path, name), reason: `a folder beside ${parts.join(', ')} that is no part` })
  }
  const entries: Entry[] = []
  const labels = new Set<string>()
  for (const root of roots) {
    const listing = await list(root.path)
    if (parts.length > 0) rejected.push(...strayImages(root.path, listing.files))
    for (const label of listing.folders) {
      labels.add(label)
      const inside = await list(join(root.path, label))
      for (const name of inside.files) entries.push({ path: join(root.path, label, name), label, part: root.part })
      for (const name of inside.folders) {
        rejected.push({
          path: join(root.path, label, name),
          reason: 'a folder inside a class folder: images lie directly in it',
        })
      }
    }
  }
  if (labels.size === 0) throw new LabError('data', `${path} holds no class folders and no Parquet files`)
  entries.sort((a, b) => byBytes(a.path, b.path))
  return {
    count: entries.length + rejected.length,
    labels: [...labels],
    async *read() {
      yield* rejected
      for (const { path, ...entry } of entries) yield { origin: path, content: path, fileName: basename(path), ...entry }
    },
  }
}

function strayImages(path: string, files: readonly string[]): Rejected[] {
  return files
    .filter(name => IMAGE_NAME.test(name))
    .map(name => ({ path: join(path, name), reason: 'not in a class folder' }))
}

async function list(path: string): Promise<Listing> {
  try {
    const folders: string[] = []
    const files: string[] = []
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (RESIDUE.test(entry.name)) continue
      const isFolder = entry.isSymbolicLink() ? await isLinkToFolder(join(path, entry.name)) : entry.isDirectory()
      if (isFolder) folders.push(entry.name)
      else files.push(entry.name)
    }
    return { folders: folders.sort(byBytes), files: files.sort(byBytes) }
  } catch (cause) {
    throw new LabError('data', `cannot list ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** A dangling link counts as a file, so that reading it fails and is reported. */
async function isLinkToFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
