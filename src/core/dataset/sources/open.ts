import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LabError, messageOf } from '../../shared/errors.ts'
import { folderSource } from './folder.ts'
import { parquetSource } from './parquet.ts'
import { byBytes, type ImageSource, partOfName } from './source.ts'

/**
 * Opens what a path of `data add` names: a Parquet file; a folder that holds Parquet files, itself or in `data/`; or else a folder of
 * class folders. Throws `data` if it is none of them.
 *
 * @param mapped raw labels that `--labels` maps.
 * @param groupColumn the column that tells an image's group, where there are columns.
 */
export async function openSource(path: string, mapped: ReadonlySet<string>, groupColumn?: string): Promise<ImageSource> {
  if (!(await isFolder(path))) {
    if (/\.parquet$/i.test(path)) return parquetSource([path], mapped, groupColumn)
    throw new LabError('data', `${path} is neither a folder nor a .parquet file`)
  }
  for (const folder of [path, join(path, 'data')]) {
    const shards = await parquetFiles(folder)
    if (shards.length > 0) return parquetSource(shards, mapped, groupColumn)
  }
  return folderSource(path)
}

/**
 * The folders where a note about the images of `path` may lie: the path itself or, for a file, its folder; for a folder named after a
 * part, also the one around it.
 */
export async function noteFolders(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [dirname(path)]
  return partOfName(basename(resolve(path))) === null ? [path] : [path, dirname(resolve(path))]
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    throw new LabError('data', `cannot open ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** In the order of their names' bytes; none if there is no such folder. */
async function parquetFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(name => /^[^.].*\.parquet$/i.test(name))
    .sort(byBytes)
    .map(name => join(folder, name))
}
