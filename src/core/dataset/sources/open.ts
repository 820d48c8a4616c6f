import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LabError, reasonOf } from '../../shared/errors.ts'
import { csvSource } from './csv.ts'
import { folderSource } from './folder.ts'
import { listFolder } from './listing.ts'
import { parquetSource } from './parquet.ts'
import { type ImageSource, partOfName } from './source.ts'

const IS_PARQUET = /\.parquet$/i

/** Files that hold images in other ways: what to do about each. */
const ELSEWHERE: readonly { readonly name: RegExp; readonly advice: string }[] = [
  { name: /\.(zip|tar|tgz|tar\.gz|7z|rar)$/i, advice: 'an archive: unpack it and add the folder' },
  {
    name: /\.(nii|nii\.gz|mgz|mgh)$/i,
    advice: 'a volume: cut it into PNG slices first, e.g. with med2image, a folder for each class',
  },
  {
    name: /\.(dcm|dicom)$/i,
    advice: 'a DICOM file: convert the series first, e.g. with dcm2niix and med2image, a folder for each class',
  },
  {
    name: /\.(jpe?g|png|tiff?|webp|bmp|gif)$/i,
    advice: 'a single image: add the folder of class folders, or a CSV of path,label',
  },
]

/**
 * Opens what a path of `data add` names: a Parquet file; a CSV file of `path,label`; a folder that holds Parquet files, itself or in
 * `data/`; or else a folder of class folders. Throws `data` if it is none of them.
 *
 * @param mapped raw labels that `--labels` maps.
 * @param groupColumn the column that tells an image's group, where there are columns.
 * @param except absolute path of a folder that is no class.
 */
export async function openSource(
  path: string,
  mapped: ReadonlySet<string>,
  groupColumn?: string,
  except?: string,
): Promise<ImageSource> {
  if (!(await isFolder(path))) {
    if (IS_PARQUET.test(path)) return parquetSource([path], mapped, groupColumn)
    if (/\.(csv|tsv)$/i.test(path)) return csvSource(path, groupColumn)
    const advice = ELSEWHERE.find(({ name }) => name.test(path))?.advice
    throw new LabError('data', `${path} is ${advice ?? 'neither a folder nor a .parquet or .csv file'}`)
  }
  for (const folder of [path, join(path, 'data')]) {
    const shards = await parquetFiles(folder, path)
    if (shards.length > 0) return parquetSource(shards, mapped, groupColumn)
  }
  return folderSource(path, except)
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
    throw new LabError('data', `cannot open ${path}: ${reasonOf(cause)}`, { cause })
  }
}

/** In the order of their names' bytes; none if there is no such folder. Throws `data` for one that is a link out of `root`. */
async function parquetFiles(folder: string, root: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return []
  const { files, rejected } = await listFolder(folder, root)
  const left = rejected.find(({ path }) => IS_PARQUET.test(path))
  if (left) throw new LabError('data', `${left.path} is ${left.reason}`)
  return files.filter(name => IS_PARQUET.test(name)).map(name => join(folder, name))
}
