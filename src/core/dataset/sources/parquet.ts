/**
 * Reads Parquet files as Hugging Face data sets write them: column `image` (struct {bytes, path}, or bare bytes) and column `label`
 * (text; or an integer whose names the schema metadata key `huggingface` tells). Row groups are read one at a time.
 */
import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../shared/errors.ts'
import type { Part, Rejected } from '../dataset.ts'
import type { ParquetRow, ParquetRows, ParquetShape } from './parquetFile.ts'
import { ParquetReader } from './parquetReader.ts'
import { type ImageSource, partOfName, type SourceImage } from './source.ts'

/**
 * The rows of Parquet files, file by file as given. A file whose name has the word `train`, `test` or `validation` (else one in a folder of
 * such a name) belongs to that part.
 *
 * @param mapped raw labels that `--labels` maps: integer labels without names need them.
 * @param groupColumn the column that tells an image's group: text or a number.
 * Throws `data` for a file that is no Parquet, or lacks a column; `read` throws `data` for a damaged row group or a label
 * number that has no name.
 */
export async function parquetSource(
  paths: readonly string[],
  mapped: ReadonlySet<string>,
  groupColumn?: string,
): Promise<ImageSource> {
  const reader = new ParquetReader()
  const shapes: ParquetShape[] = []
  for (const path of paths) shapes.push(await reader.open(path, groupColumn))
  return {
    count: shapes.flatMap(({ groups }) => groups).reduce((sum, { rows }) => sum + rows, 0),
    labels: [],
    async *read() {
      try {
        for (const [file, shape] of shapes.entries()) yield* readFile(reader, file, shape, mapped)
      } finally {
        await reader.close()
      }
    },
  }
}

/** The one part that the words of the file's name tell; else that of its folder. */
function partOfFile(path: string): Part | null {
  const words = basename(path).split(/[^a-z]+/i)
  const parts = new Set(words.flatMap(word => partOfName(word) ?? []))
  const [part = null] = parts.size === 1 ? parts : []
  return part ?? partOfName(basename(dirname(resolve(path))))
}

/** Row groups read ahead: as many, and as many bytes of the file. */
const AHEAD = 4
const AHEAD_BYTES = 2 ** 24

/** While row groups are decoded, the next are read. */
async function* readFile(
  reader: ParquetReader,
  file: number,
  shape: ParquetShape,
  mapped: ReadonlySet<string>,
): AsyncGenerator<SourceImage | Rejected> {
  const part = partOfFile(shape.path)
  const { groups } = shape
  const names = labelNames(shape)
  const ahead: Promise<ParquetRows>[] = []
  for (let group = 0, next = 0, first = 0; group < groups.length; group++) {
    let bytes = 0
    for (let at = group; at < groups.length && at < group + AHEAD; at++) {
      bytes += groups[at]!.bytes
      if (at > group && bytes > AHEAD_BYTES) break
      if (at < next) continue
      const rows = reader.rows(file, next++)
      rows.catch(() => {}) // its failure is seen when its turn comes
      ahead.push(rows)
    }
    const { rows, bytes: images } = await ahead.shift()!
    for (const [i, row] of rows.entries()) {
      const origin = `${shape.path} row ${first + i}`
      if (row.image === null) yield { path: origin, reason: 'the row holds no image bytes' }
      else yield imageOf(new Uint8Array(images, row.image.start, row.image.end - row.image.start), row, origin)
    }
    first += rows.length
  }

  function imageOf(content: Uint8Array, row: ParquetRow, origin: string): SourceImage | Rejected {
    const label = labelOf(shape.path, names, row.label, mapped)
    if (label === null) return { path: origin, reason: `the row's label is ${row.label ?? 'missing'}` }
    return {
      ...{ origin, content, label, part },
      ...(row.path ? { fileName: basename(row.path) } : {}),
      ...(row.group ? { group: row.group } : {}),
    }
  }
}

/** The part of `huggingface` metadata that is read: `info.features.label.names`. */
const huggingFaceSchema = z.object({
  info: z.object({ features: z.object({ label: z.object({ names: z.array(z.string()) }) }) }),
})

/** Class names by label number; null where the file does not tell. */
function labelNames({ huggingFace }: ParquetShape): readonly string[] | null {
  if (huggingFace === null) return null
  try {
    return huggingFaceSchema.parse(JSON.parse(huggingFace)).info.features.label.names
  } catch {
    return null // other features than class labels: the labels must speak for themselves
  }
}

/** The raw label as text; null for a row without one (`-1` or a number past the names). */
function labelOf(
  path: string,
  names: readonly string[] | null,
  label: ParquetRow['label'],
  mapped: ReadonlySet<string>,
): string | null {
  if (label === null || typeof label === 'string') return label
  if (names) return names[label] ?? null
  if (mapped.has(String(label))) return String(label)
  throw new LabError(
    'data',
    `${path} has label ${label} without a name: give all of them, e.g. --labels 0=MildDemented,1=ModerateDemented`,
  )
}
