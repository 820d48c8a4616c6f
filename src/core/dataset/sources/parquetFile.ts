/** One Parquet file of images, read by row groups. Runs in a thread of its own: see parquetReader.ts. */
import { constants, fstatSync, openSync, readSync } from 'node:fs'
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { LabError } from '../../shared/errors.ts'

/** What is known of a file without reading a row. */
export interface ParquetShape {
  readonly path: string
  /** Of each row group its rows, and the bytes they take in the file. */
  readonly groups: readonly { readonly rows: number; readonly bytes: number }[]
  /** What the schema metadata key `huggingface` holds; null where there is none. */
  readonly huggingFace: string | null
}

/** One row's values; `image` is a range of the bytes that come with it, null where it holds none. */
export interface ParquetRow {
  readonly image: { readonly start: number; readonly end: number } | null
  /** Text or a number; null for another value or none. */
  readonly label: string | number | null
  /** The image's own path, where it has one. */
  readonly path: string | null
  readonly group: string | null
}

export interface ParquetRows {
  readonly rows: readonly ParquetRow[]
  readonly bytes: ArrayBuffer
}

/** Bytes that a row group may have when it is unpacked: they are in memory together. */
const MOST_UNPACKED = 2 ** 31
/** A damaged page may say that it is far longer than its bytes can be. */
const MOST_PAGE = 2 ** 30
const SMALL_PAGE = 2 ** 24
const MOST_RATIO = 1100 // of deflate 1032

export class ParquetFile {
  readonly shape: ParquetShape
  readonly #file: AsyncBuffer
  readonly #metadata: FileMetaData
  readonly #columns: readonly string[]
  readonly #groupColumn: string | undefined

  private constructor(path: string, file: AsyncBuffer, metadata: FileMetaData, groupColumn: string | undefined) {
    this.#file = file
    this.#metadata = metadata
    this.#groupColumn = groupColumn
    this.#columns = [...new Set(['image', 'label', ...(groupColumn === undefined ? [] : [groupColumn])])]
    checkColumns(metadata, this.#columns)
    this.shape = { path, groups: groupsOf(metadata, file.byteLength), huggingFace: huggingFaceOf(metadata) }
  }

  /** Throws anything for a file that is no Parquet; `data` for one that lacks a column or holds other things in it. */
  static async open(path: string, groupColumn: string | undefined): Promise<ParquetFile> {
    const file = openBuffer(path)
    return new ParquetFile(path, file, await parquetMetadataAsync(file), groupColumn)
  }

  /** All rows of a row group, by its number from 0. Throws anything for damaged data. */
  async rows(group: number): Promise<ParquetRows> {
    const { groups } = this.shape
    const rowStart = groups.slice(0, group).reduce((sum, { rows }) => sum + rows, 0)
    const rowEnd = rowStart + groups[group]!.rows
    const read = await parquetReadObjects({
      file: this.#file,
      metadata: this.#metadata,
      compressors: bounded,
      columns: [...this.#columns],
      rowStart,
      rowEnd,
      utf8: false, // or bytes that carry no type would become text
    })
    if (read.length !== rowEnd - rowStart) throw new LabError('data', `${read.length} rows, not ${rowEnd - rowStart}`)
    return packed(read, this.#groupColumn)
  }
}

/**
 * The file as its size and time were when it was opened; it is closed when the thread ends. Synchronous reads, for nothing else happens in this
 * thread. A pipe is refused: reading it would block for ever.
 */
function openBuffer(path: string): AsyncBuffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  const opened = fstatSync(file)
  if (!opened.isFile()) throw new LabError('data', 'is no regular file')
  return {
    byteLength: opened.size,
    slice(start, end = opened.size) {
      if (!(start >= 0 && start <= end && end <= opened.size)) throw new LabError('data', 'it points outside of itself')
      const bytes = new Uint8Array(end - start)
      for (let read = 0; read < bytes.length; ) {
        const more = readSync(file, bytes, read, bytes.length - read, start + read)
        if (more === 0) throw new LabError('data', 'it became shorter while it was read')
        read += more
      }
      const now = fstatSync(file)
      if (now.mtimeMs !== opened.mtimeMs || now.size !== opened.size) {
        throw new LabError('data', 'it changed while it was read: add again when nothing writes there')
      }
      return bytes.buffer
    },
  }
}

/** The decompressors, held to what a page of so many bytes can unpack to. */
const bounded: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > Math.min(MOST_PAGE, Math.max(SMALL_PAGE, MOST_RATIO * input.length))) {
        throw new LabError('data', `a page of ${input.length} bytes says that it unpacks to ${length}`)
      }
      return decompress(input, length)
    },
  ]),
)

function groupsOf({ row_groups, num_rows }: FileMetaData, size: number): ParquetShape['groups'] {
  const groups = row_groups.map(group => {
    const columns = group.columns.flatMap(({ meta_data }) => meta_data ?? [])
    const sum = (key: 'total_compressed_size' | 'total_uncompressed_size') =>
      columns.reduce((total, column) => total + Number(column[key]), 0)
    const [rows, bytes, unpacked] = [
      Number(group.num_rows),
      sum('total_compressed_size'),
      sum('total_uncompressed_size'),
    ] as const
    // A value takes more than no bits, unless all are the same: then a page of some bytes may stand for many.
    if (!(rows >= 0 && bytes >= 0 && bytes <= size)) throw new LabError('data', 'its metadata contradicts itself')
    if (unpacked > MOST_UNPACKED) {
      throw new LabError('data', `a row group unpacks to ${unpacked} bytes: write the file with smaller row groups`)
    }
    return { rows, bytes }
  })
  if (groups.reduce((sum, { rows }) => sum + rows, 0) !== Number(num_rows)) {
    throw new LabError('data', 'its row groups do not have the rows that it says')
  }
  return groups
}

interface Column extends SchemaElement {
  readonly children: readonly SchemaElement[]
}

/** The schema is a tree, written depth first; its root's children are the columns. */
function topLevelColumns({ schema }: FileMetaData): Column[] {
  const columns: Column[] = []
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0) && next < schema.length; child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; ) {
    const end = skip(at)
    columns.push({ ...schema[at]!, children: schema.slice(at + 1, end) })
    at = end
  }
  return columns
}

function checkColumns(metadata: FileMetaData, needed: readonly string[]): void {
  const columns = topLevelColumns(metadata)
  const names = columns.map(({ name }) => name)
  for (const name of needed) {
    if (!names.includes(name)) {
      throw new LabError('data', `it has no column '${name}': its columns are ${names.join(', ')}`)
    }
  }
  const column = (name: string) => columns[names.indexOf(name)]!
  const image = column('image')
  const bytes = image.children.find(({ name }) => name === 'bytes') ?? image
  if (!isBytes(bytes) || bytes.repetition_type === 'REPEATED' || image.repetition_type === 'REPEATED') {
    throw new LabError('data', `its column 'image' holds ${typeOf(image)}, not bytes or {bytes, path}`)
  }
  const label = column('label')
  if (!(isBytes(label) || label.type === 'INT32' || label.type === 'INT64') || label.repetition_type === 'REPEATED') {
    throw new LabError('data', `its column 'label' holds ${typeOf(label)}, not text or whole numbers`)
  }
}

function isBytes({ type }: SchemaElement): boolean {
  return type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY'
}

function typeOf({ type, children, repetition_type }: Column): string {
  if (repetition_type === 'REPEATED') return 'lists'
  return type ?? `{${children.map(({ name }) => name).join(', ')}}`
}

function huggingFaceOf(metadata: FileMetaData): string | null {
  return metadata.key_value_metadata?.find(entry => entry.key === 'huggingface')?.value ?? null
}

function packed(read: readonly Record<string, unknown>[], groupColumn: string | undefined): ParquetRows {
  const images = read.map(({ image }) => bytesOf(image))
  const bytes = new Uint8Array(images.reduce((sum, image) => sum + (image?.length ?? 0), 0))
  let end = 0
  const rows = read.map((row, i): ParquetRow => {
    const image = images[i] ?? null
    const start = end
    if (image) bytes.set(image, start)
    end += image?.length ?? 0
    return {
      image: image && { start, end },
      label: labelOf(row.label),
      path: textOf(fieldOf(row.image, 'path')),
      group: groupColumn === undefined ? null : textOf(row[groupColumn]),
    }
  })
  return { rows, bytes: bytes.buffer }
}

function bytesOf(image: unknown): Uint8Array | null {
  const bytes = image instanceof Uint8Array ? image : fieldOf(image, 'bytes')
  return bytes instanceof Uint8Array ? bytes : null
}

function fieldOf(image: unknown, field: 'bytes' | 'path'): unknown {
  return typeof image === 'object' && image !== null && Object.hasOwn(image, field)
    ? (image as Partial<Record<'bytes' | 'path', unknown>>)[field]
    : null
}

function labelOf(value: unknown): string | number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : textOf(value)
}

/** A value that can name a group or file, as text; null for none. */
function textOf(value: unknown): string | null {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}
