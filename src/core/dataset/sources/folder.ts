/** Reads class folders: `PATH/<Class>/*`, or with a part level `PATH/<train|test|valid|...>/<Class>/*`, in any case. */
import { basename, join, resolve } from 'node:path'
import { LabError } from '../../shared/errors.ts'
import type { Part, Rejected } from '../dataset.ts'
import { type Listing, listFolder } from './listing.ts'
import { byBytes, type ImageSource, partOfName } from './source.ts'

interface Entry {
  readonly path: string
  readonly label: string
  readonly part: Part | null
}

const IMAGE_NAME = /\.(jpe?g|png|gif|bmp|tiff?|webp|dcm|dicom|nii|nii\.gz)$/i
/** Archives often hold one folder that holds it all: so many such folders are looked through. */
const DEEPEST_WRAPPING = 3

/**
 * The class folders under `path`, whose own name counts as the part if it is one (`data/train`). A folder that holds nothing but one
 * folder of folders (`archive/Dataset/<Class>`) stands for that one. Files are taken in the order of their paths' bytes. What lies in a
 * class folder and is no image is yielded as rejected, as are images outside class folders.
 *
 * Throws `data` if `path` can't be listed or holds no class folder.
 *
 * @param except absolute path of a folder that is passed over.
 */
export async function folderSource(path: string, except?: string): Promise<ImageSource> {
  const list = async (folder: string): Promise<Listing> => {
    const listing = await listFolder(folder, path)
    return { ...listing, folders: listing.folders.filter(name => resolve(folder, name) !== except) }
  }
  const { top, within, rejected } = await unwrapped(path, list)
  const parts = top.folders.filter(name => partOfName(name) !== null)
  const roots = parts.map(name => ({ path: join(within, name), part: partOfName(name) }))
  rejected.push(...top.rejected, ...strayImages(within, top.files))
  if (roots.length === 0) roots.push({ path: within, part: partOfName(basename(resolve(within))) })
  else {
    const others = top.folders.filter(name => partOfName(name) === null)
    for (const name of others)
      rejected.push({ path: join(within, name), reason: `a folder beside ${parts.join(', ')} that is no part` })
  }
  const entries: Entry[] = []
  const labels = new Set<string>()
  for (const root of roots) {
    const listing = parts.length > 0 ? await list(root.path) : top
    if (parts.length > 0) rejected.push(...listing.rejected, ...strayImages(root.path, listing.files))
    for (const label of listing.folders) {
      labels.add(label)
      const inside = await list(join(root.path, label))
      rejected.push(...inside.rejected)
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

async function unwrapped(
  path: string,
  list: (folder: string) => Promise<Listing>,
): Promise<{ top: Listing; within: string; rejected: Rejected[] }> {
  let within = path
  let top = await list(path)
  const rejected: Rejected[] = []
  for (let depth = 0; depth < DEEPEST_WRAPPING; depth++) {
    const [only, ...others] = top.folders
    if (only === undefined || others.length > 0 || partOfName(only) !== null || top.files.some(isImageName)) break
    const inside = await list(join(within, only))
    if (inside.folders.length === 0) break
    rejected.push(...top.rejected)
    within = join(within, only)
    top = inside
  }
  return { top, within, rejected }
}

function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name)
}

function strayImages(path: string, files: readonly string[]): Rejected[] {
  return files.filter(isImageName).map(name => ({ path: join(path, name), reason: 'not in a class folder' }))
}
