/** The CSV that says where images made elsewhere come from: `file,parents[,class][,variation][,trained_on][,terms]`. */
import type { DatasetImage } from '../../dataset/index.ts'
import { LabError, reasonOf } from '../../shared/errors.ts'

/** Names that a column may have, in any case; the first is the one that is documented. */
const NAMES = {
  file: ['file', 'path', 'filename', 'image'],
  parents: ['parents', 'parent', 'source', 'sources'],
  class: ['class', 'label'],
  variation: ['variation'],
  trainedOn: ['trained_on', 'trainedon', 'trained on'],
  terms: ['terms', 'licence', 'license'],
} as const
type Column = keyof typeof NAMES

/** What the table says of one file. */
export interface ParentsRow {
  /** As the table writes them, the source first. */
  readonly parents: readonly string[]
  /** Null where the table has no word on it; empty where it says that its generator learned from none. */
  readonly trainedOn: readonly string[] | null
  readonly class: string | null
  readonly variation: number | null
  readonly terms: string | null
}

/**
 * By file, as the table writes it. Several parents of a file stand in one field with `;` or `|` between them, or in a row each.
 * @throws LabError `data` naming `path`, and the line where one is wrong
 */
export async function readParents(text: string, path: string): Promise<Map<string, ParentsRow>> {
  const [header, ...rows] = await cellsOf(text, path)
  const names = (header ?? []).map(name => name.toLowerCase())
  const at = (column: Column): number => Math.max(...NAMES[column].map(name => names.indexOf(name)))
  if (at('file') < 0 || at('parents') < 0)
    throw new LabError(
      'data',
      `${path}: its first line must name the columns file,parents[,class][,variation][,trained_on][,terms]`,
    )
  const found = new Map<string, ParentsRow>()
  for (const [i, row] of rows.entries()) {
    const cell = (column: Column): string => row[at(column)] ?? ''
    const file = cell('file')
    const variation = cell('variation') === '' ? null : Number(cell('variation'))
    if (file === '') throw new LabError('data', `${path}: row ${i + 1} names no file`)
    if (variation !== null && !(Number.isInteger(variation) && variation > 0))
      throw new LabError('data', `${path}: row ${i + 1}: variation '${cell('variation')}' is no whole number from 1`)
    const before = found.get(file)
    found.set(file, {
      parents: [...(before?.parents ?? []), ...listed(cell('parents'))],
      trainedOn: at('trainedOn') < 0 ? null : [...(before?.trainedOn ?? []), ...listed(cell('trainedOn'))],
      class: cell('class') || (before?.class ?? null),
      variation: variation ?? before?.variation ?? null,
      terms: cell('terms') || (before?.terms ?? null),
    })
  }
  return found
}

async function cellsOf(text: string, path: string): Promise<string[][]> {
  const { parse } = await import('csv-parse/sync')
  const firstLine = /^[^\r\n]*/.exec(text)![0]
  const delimiter = [',', '\t', ';'].find(each => firstLine.includes(each)) ?? ','
  try {
    return parse(text, { delimiter, bom: true, relaxColumnCount: true, skipEmptyLines: true, trim: true })
  } catch (cause) {
    throw new LabError('data', `cannot read ${path} as CSV: ${reasonOf(cause)}`, { cause })
  }
}

/** A path as Windows writes it, with `/`. */
export function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

function listed(cell: string): string[] {
  return cell
    .split(/[;|]/)
    .map(part => part.trim())
    .filter(part => part !== '')
}

/**
 * Finds the images that a table means: by content hash, by id, by `[DATASET:]SPLIT:INDEX` under the dataset's default split, or by the end of the path
 * they came from.
 */
export class ParentFinder {
  private readonly name: string
  private readonly images: readonly DatasetImage[]
  private readonly known: ReadonlyMap<string, string>

  constructor(name: string, images: readonly DatasetImage[]) {
    this.name = name
    this.images = images
    this.known = new Map(images.flatMap(({ id, sha256 }) => [[id, sha256] as const, [sha256, sha256] as const]))
  }

  /** The content hash. @throws LabError `data` for a word that names no image, or several */
  find(word: string): string {
    const known = this.known.get(word)
    if (known !== undefined) return known
    const [, dataset, part, index] = /^(?:(.+):)?(train|validation|test):(\d+)$/.exec(word) ?? []
    if (part !== undefined && (dataset === undefined || dataset === this.name)) {
      const image = this.images.filter(one => one.part === part)[Number(index)]
      if (image !== undefined) return image.sha256
    }
    const endingIn = (path: string): DatasetImage[] =>
      this.images.filter(({ origin }) => origin === path || origin.endsWith(`/${path}`))
    const exact = endingIn(word)
    const ends = exact.length > 0 ? exact : endingIn(slashed(word))
    const [first] = new Set(ends.map(({ sha256 }) => sha256))
    if (first === undefined) throw new LabError('data', `parent '${word}' is no image of dataset ${this.name}`)
    if (ends.some(({ sha256 }) => sha256 !== first))
      throw new LabError(
        'data',
        `parent '${word}' may be any of ${ends.length} images of dataset ${this.name}: give more of its path`,
      )
    return first
  }
}
