/** Images made elsewhere, with what is known of where they come from: a folder that was exported, or any folder of images. */

import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, normalize, relative, sep } from 'node:path'
import { type Dataset, decodeGrey, type GreyImage } from '../../dataset/index.ts'
import { LabError, messageOf, reasonOf } from '../../shared/errors.ts'
import type { BankImage } from '../bank.ts'
import { encodeGreyFile } from '../greyFile.ts'
import { isForeign, MANIFEST, readManifest } from './manifest.ts'
import { ParentFinder, type ParentsRow, readParents, slashed } from './parentsTable.ts'

const IMAGE_NAME = /\.(jpe?g|png|bmp|tiff?|webp)$/i

/** In the parameters of an image of which nobody said what its generator learned from: that it learned from none is not known. */
const UNSAID = { trainedOn: 'nobody said' } as const

/** Whether nobody said what an image's generator learned from. */
export function learnedUnsaid({ parameters }: Pick<BankImage, 'parameters'>): boolean {
  return parameters.trainedOn === UNSAID.trainedOn
}

/** An image that may be stored. */
export type Imported = Omit<BankImage, 'id' | 'dataset' | 'created' | 'sha256' | 'width' | 'height'> & {
  readonly image: GreyImage
}

export interface FolderImport {
  readonly folder: string
  readonly dataset: Pick<Dataset, 'name' | 'images' | 'classes'>
  /** What made the images; null takes the manifest's word. */
  readonly generator: string | null
  /** Path of the table of parents; null without one. */
  readonly parents: string | null
}

/** How many images a folder has, and they, one after another in the order of their paths. */
export interface FolderImages {
  readonly count: number
  /** Whether a bank was exported to it. */
  readonly exported: boolean
  images(): AsyncIterable<Imported>
}

/**
 * Opens a folder: with a manifest what that says (beside a table of parents: of what its images' generators learned, and their terms); else every image file below it, its class being its source's, else the folder it lies in.
 * Variations count the images of one source, in the order of files, where no table says otherwise.
 *
 * @throws LabError `data` for what is no such folder, a table that is wrong, or, while it is read, an image that is; `usage` without a name for the generator
 */
export async function openFolder({ folder, dataset, generator, parents }: FolderImport): Promise<FolderImages> {
  const path = join(folder, MANIFEST)
  const isExported = existsSync(path) && !isForeign(readText(path))
  if (isExported && parents === null) return exported(folder, path, generator, dataset)
  if (generator === null)
    throw new LabError('usage', `${folder} has no ${MANIFEST}: name what made its images with --generator-name NAME`)
  const files = imagesBelow(folder)
  if (files.length === 0) throw new LabError('data', `${folder} holds no images`)
  const table = parents === null ? new Map<string, ParentsRow>() : await readParents(readText(parents), parents)
  const rows = rowsByFile(table, files, folder, parents)
  const finder = new ParentFinder(dataset.name, dataset.images)
  const findAll = (words: readonly string[], file: string): string[] =>
    words.map(word => {
      try {
        return finder.find(word)
      } catch (cause) {
        throw new LabError('data', `${parents}: ${file}: ${messageOf(cause)}`, { cause })
      }
    })
  const told = isExported ? toldBy(path) : new Map<string, Told>()
  const classOf = new Map(dataset.images.map(({ sha256, label }) => [sha256, dataset.classes[label]!]))
  return {
    count: files.length,
    exported: false,
    async *images() {
      const seen = new Map<string, number>()
      for (const file of files) {
        const row = rows.get(file)
        const known = told.get(normalize(file))
        const found = [...new Set(findAll(row?.parents ?? [], file))]
        const [source] = found
        const ownClass = classNamed(row?.class ?? file.split(sep).at(-2), dataset.classes)
        const className = source === undefined ? ownClass : classOf.get(source)!
        if (className === null)
          throw new LabError('data', `${join(folder, file)}: neither a parent nor a folder named by a class says its class`)
        if (ownClass !== null && ownClass !== className)
          throw new LabError('data', `${join(folder, file)}: it lies with ${ownClass}, but its source is ${className}`)
        const count = (seen.get(source ?? '') ?? 0) + 1
        seen.set(source ?? '', count)
        yield {
          image: await decoded(join(folder, file)),
          generator,
          class: className,
          parents: found,
          trainedOn: [...new Set([...findAll(row?.trainedOn ?? [], file), ...(known?.trainedOn ?? [])])],
          variation: row?.variation ?? count,
          parameters: { file: file.split(sep).join('/'), ...(row?.trainedOn || known ? {} : UNSAID) },
          cost: 0,
          terms: row?.terms ?? known?.terms ?? null,
        }
      }
    },
  }
}

function exported(folder: string, path: string, generator: string | null, dataset: FolderImport['dataset']): FolderImages {
  const { images, learned } = readManifest(readText(path), path)
  for (const { class: name } of images)
    if (!dataset.classes.includes(name))
      throw new LabError('data', `${path}: dataset ${dataset.name} has no class '${name}'`)
  return {
    count: images.length,
    exported: true,
    async *images() {
      for (const { file, created: _, sha256, trainedOn, ...row } of images) {
        const whole = join(folder, file)
        if (relative(folder, whole).startsWith('..'))
          throw new LabError('data', `${path}: '${file}' lies outside the folder`)
        const image = await decoded(whole)
        if (hash('sha256', encodeGreyFile(image), 'hex') !== sha256)
          throw new LabError('data', `${whole}: its pixels are not those that were exported`)
        yield {
          ...row,
          image,
          generator: generator ?? row.generator,
          trainedOn: trainedOn === null ? [] : (learned[trainedOn] ?? []),
        }
      }
    },
  }
}

/** What a manifest says of a file that a table of parents has no word on, or must not unsay: what its generator learned from. */
interface Told {
  readonly trainedOn: readonly string[]
  readonly terms: string | null
}

function toldBy(path: string): Map<string, Told> {
  const { images, learned } = readManifest(readText(path), path)
  return new Map(
    images.map(({ file, trainedOn, terms }) => [
      normalize(file),
      { trainedOn: trainedOn === null ? [] : (learned[trainedOn] ?? []), terms },
    ]),
  )
}

function imagesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter(name => IMAGE_NAME.test(name) && !basename(name).startsWith('.')).sort()
  } catch (cause) {
    throw new LabError('data', `${folder}: cannot be listed: ${reasonOf(cause)}`, { cause })
  }
}

/** The table's rows by file of the folder: a row names a path from the folder, or a file name where only one file has it. */
function rowsByFile(
  table: ReadonlyMap<string, ParentsRow>,
  files: readonly string[],
  folder: string,
  path: string | null,
): Map<string, ParentsRow> {
  const found = new Map<string, ParentsRow>()
  for (const [word, row] of table) {
    const filesNamed = (asked: string): string[] =>
      files.filter(file => file === asked || join(folder, file) === asked || basename(file) === asked)
    const exact = filesNamed(normalize(word))
    const named = exact.length > 0 ? exact : filesNamed(normalize(slashed(word)))
    if (named.length !== 1)
      throw new LabError(
        'data',
        `${path}: '${word}' names ${named.length === 0 ? 'no image' : 'several images'} of ${folder}`,
      )
    found.set(named[0]!, row)
  }
  return found
}

/** The class that a word names, whatever its case, spaces, `_` and `-`; null for none. */
function classNamed(word: string | undefined, classes: readonly string[]): string | null {
  const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')
  return (word !== undefined && classes.find(name => folded(name) === folded(word))) || null
}

async function decoded(path: string): Promise<GreyImage> {
  try {
    return await decodeGrey(readFileSync(path))
  } catch (cause) {
    throw new LabError('data', `${path}: ${messageOf(cause)}`, { cause })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LabError('data', `${path}: cannot be read: ${messageOf(cause)}`, { cause })
  }
}
