/**
 * Reads Parquet files as Hugging Face data sets write them: column `image` (struct {bytes, path}, or bare bytes) and column `label`
 * (text; or an integer whose names the schema metadata key `huggingface` tells). Row groups are read one at a time.
 */
import { basename, dirname, resolve } from 'node:path'
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { z } from 'zod'
import { LabError, messageOf } from '../../shared/errors.ts'
import type { Part, Rejected } from '../dataset.ts'
import { type ImageSource, partOfName, type SourceImage } from './source.ts'

/** The part of `huggingface` metadata that is read: `info.features.label.names`. */
const huggingFaceSchema = z.object({
  info: z.object({ features: z.object({ label: z.object({ names: z.array(z.string()) }) }) }),
})

interface Shard {
  readonly path: string
  readonly part: Part | null
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
  /** Names by label number; null where the file does not tell. */
  readonly names: readonly string[] | null
  /** The column that tells the group. */
  readonly groupColumn: string | undefined
}

/**
 * The rows of Parquet files, file by file as given. A file named `train-...`, `test-...` or `validation-...` (else one in a folder of
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
  const shards: Shard[] = []
  for (const path of paths) shards.push(await openShard(path, groupColumn))
  return {
    count: shards.reduce((sum, shard) => sum + Number(shard.metadata.num_rows), 0),
    labels: [],
    async *read() {
      for (const shard of shards) yield* readShard(shard, mapped)
    },
  }
}

async function openShard(path: string, groupColumn: string | undefined): Promise<Shard> {
  try {
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file)
    checkColumns(path, metadata, groupColumn)
    return { path, part: partOfFile(path), file, metadata, names: labelNames(metadata), groupColumn }
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('data', `cannot read ${path} as Parquet: ${messageOf(cause)}`, { cause })
  }
}

function checkColumns(path: string, metadata: FileMetaData, groupColumn: string | undefined): void {
  const columns = topLevelColumns(metadata)
  for (const column of ['image', 'label', ...(groupColumn === undefined ? [] : [groupColumn])]) {
    if (!columns.includes(column)) {
      throw new LabError('data', `${path} has no column '${column}': its columns are ${columns.join(', ')}`)
    }
  }
}

/** The schema is a tree, written depth first; its root's children are the columns. */
function topLevelColumns({ schema }: FileMetaData): string[] {
  const columns: string[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) columns.push(schema[at]!.name)
  return columns
}

/** The one part that the words of the file's name tell; else that of its folder. */
function partOfFile(path: string): Part | null {
  const words = basename(path).split(/[^a-z]+/i)
  const parts = new Set(words.flatMap(word => partOfName(word) ?? []))
  const [part = null] = parts.size === 1 ? parts : []
  return part ?? partOfName(basename(dirname(resolve(path))))
}

function labelNames(metadata: FileMetaData): readonly string[] | null {
  const text = metadata.key_value_metadata?.find(entry => entry.key === 'huggingface')?.value
  if (text === undefined) return null
  try {
    return huggingFaceSchema.parse(JSON.parse(text)).info.features.label.names
  } catch {
    return null // other features than class labels: the labels must speak for themselves
  }
}

async function* readShard(shard: Shard, mapped: ReadonlySet<string>): AsyncGenerator<SourceImage | Rejected> {
  let rowStart = 0
  for (const group of shard.metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    const rows = await readRows(shard, rowStart, rowEnd)
    for (const [i, row] of rows.entries()) yield imageOfRow(shard, rowStart + i, row, mapped)
    rowStart = rowEnd
  }
}

async function readRows(
  { path, file, metadata, groupColumn }: Shard,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({
      file,
      metadata,
      compressors,
      columns: [...new Set(['image', 'label', ...(groupColumn === undefined ? [] : [groupColumn])])],
      rowStart,
      rowEnd,
      utf8: false, // or bytes that carry no type would become text
    })
  } catch (cause) {
    throw new LabError('data', `cannot read rows ${rowStart} to ${rowEnd - 1} of ${path}: ${messageOf(cause)}`, { cause })
  }
}

function imageOfRow(
  shard: Shard,
  index: number,
  row: Record<string, unknown>,
  mapped: ReadonlySet<string>,
): SourceImage | Rejected {
  const origin = `${shard.path} row ${index}`
  const bytes = bytesOf(row.image)
  if (!bytes) return { path: origin, reason: 'the row holds no image bytes' }
  const label = labelOf(shard, row.label, mapped)
  if (label === null) return { path: origin, reason: `the row's label is ${String(row.label ?? 'missing')}` }
  const fileName = textOf(fieldOf(row.image, 'path'))
  const group = shard.groupColumn === undefined ? undefined : textOf(row[shard.groupColumn])
  return {
    ...{ origin, content: bytes, label, part: shard.part },
    ...(fileName ? { fileName: basename(fileName) } : {}),
    ...(group ? { group } : {}),
  }
}

function bytesOf(image: unknown): Uint8Array | null {
  const bytes = image instanceof Uint8Array ? image : fieldOf(image, 'bytes')
  return bytes instanceof Uint8Array ? bytes : null
}

function fieldOf(image: unknown, field: 'bytes' | 'path'): unknown {
  return typeof image === 'object' && image !== null ? new Map(Object.entries(image)).get(field) : null
}

/** A value that can name a group or file, as text; null for none. */
function textOf(value: unknown): string | null {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}

/** The raw label as text; null for a row without one (`-1` or a number past the names). */
function labelOf(shard: Shard, label: unknown, mapped: ReadonlySet<string>): string | null {
  if (label instanceof Uint8Array) return new TextDecoder().decode(label)
  if (typeof label === 'string') return label
  if (typeof label !== 'bigint' && typeof label !== 'number') return null
  if (shard.names) return shard.names[Number(label)] ?? null
  if (mapped.has(String(label))) return String(label)
  throw new LabError(
    'data',
    `${shard.path} has label ${label} without a name: give all of them, e.g. --labels 0=MildDemented,1=ModerateDemented`,
  )
}
