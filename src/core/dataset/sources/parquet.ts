/**
 * Reads Parquet files as Hugging Face data sets write them: column `image` (struct {bytes, path}, or bare bytes) and column `label`
 * (text; or an integer whose names the schema metadata key `huggingface` tells). Row groups are read one at a time.
 */
import { basename, dirname, resolve } from 'node:path'
import { LabError } from '../../shared/errors.ts'
import type { Part, Rejected } from '../dataset.ts'
import type { ParquetRow, ParquetShape } from './parquetFile.ts'
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

/** While a row group is decoded, the next is read. */
async function* readFile(
  reader: ParquetReader,
  file: number,
  shape: ParquetShape,
  mapped: ReadonlySet<string>,
): AsyncGenerator<SourceImage | Rejected> {
  const part = partOfFile(shape.path)
  let next = shape.groups.length > 0 ? reader.rows(file, 0) : null
  for (let group = 0, first = 0; next !== null; group++) {
    const { rows, bytes } = await next
    next = group + 1 < shape.groups.length ? reader.rows(file, group + 1) : null
    next?.catch(() => {}) // its failure is seen when its turn comes
    for (const [i, row] of rows.entries()) {
      const origin = `${shape.path} row ${first + i}`
      if (row.image === null) yield { path: origin, reason: 'the row holds no image bytes' }
      else yield imageOf(new Uint8Array(bytes, row.image.start, row.image.end - row.image.start), row, origin)
    }
    first += rows.length
  }

  function imageOf(content: Uint8Array, row: ParquetRow, origin: string): SourceImage | Rejected {
    const label = labelOf(shape, row.label, mapped)
    if (label === null) return { path: origin, reason: `the row's label is ${row.label ?? 'missing'}` }
    return {
      ...{ origin, content, label, part },
      ...(row.path ? { fileName: basename(row.path) } : {}),
      ...(row.group ? { group: row.group } : {}),
    }
  }
}

/** The raw label as text; null for a row without one (`-1` or a number past the names). */
function labelOf({ path, names }: ParquetShape, label: ParquetRow['label'], mapped: ReadonlySet<string>): string | null {
  if (label === null || typeof label === 'string') return label
  if (names) return names[label] ?? null
  if (mapped.has(String(label))) return String(label)
  throw new LabError(
    'data',
    `${path} has label ${label} without a name: give all of them, e.g. --labels 0=MildDemented,1=ModerateDemented`,
  )
}
