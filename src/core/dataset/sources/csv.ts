/** Reads a table of images: a CSV file with a line for each, `path,label[,split][,group]`, paths relative to the file. */
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { LabError, reasonOf } from '../../shared/errors.ts'
import type { Rejected } from '../dataset.ts'
import { readImageFile } from '../readImageFile.ts'
import { type ImageSource, partOfName, type SourceImage } from './source.ts'

/** Names that a column may have, in any case; the first is the one that is documented. */
const NAMES = {
  path: ['path', 'file', 'filename', 'image'],
  label: ['label', 'class'],
  split: ['split', 'part'],
  group: ['group', 'subject', 'patient'],
} as const
type Column = keyof typeof NAMES

/** Longest line, in characters: an open quote would take the rest of the file for one field. */
const LONGEST_LINE = 2 ** 16

interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * The images that the lines of a CSV file name. Fields may be quoted as RFC 4180 says; `;` or tabs separate as well where the first line has no
 * comma. The first line names the columns, in any order, among others; without names (the first field is the path of a file) they are
 * path, label, split, group.
 *
 * @param groupColumn the column that tells an image's group; one called `group`, `subject` or `patient` where it is left out.
 * Throws `data` for a file that is no such table.
 */
export async function csvSource(path: string, groupColumn?: string): Promise<ImageSource> {
  const rows = await rowsOf(path)
  const first = rows[0]
  if (first === undefined) throw new LabError('data', `${path} is empty`)
  const named = columnsOf(first.cells)
  const isHeader = named.path !== undefined && named.label !== undefined
  if (!isHeader && !existsSync(resolve(dirname(path), first.cells[0] ?? ''))) {
    throw new LabError('data', `${path}: its first line must name the columns path,label[,split][,group]`)
  }
  const columns: Partial<Record<Column, number>> = isHeader ? named : { path: 0, label: 1, split: 2, group: 3 }
  if (groupColumn !== undefined) {
    const at = isHeader ? first.cells.indexOf(groupColumn) : -1
    if (at < 0)
      throw new LabError('data', `${path} has no column '${groupColumn}': its columns are ${first.cells.join(', ')}`)
    columns.group = at
  }
  const images = rows.slice(isHeader ? 1 : 0).map(row => imageOf(path, row, columns))
  const grouping = isHeader && columns.group !== undefined ? first.cells[columns.group] : undefined
  return {
    count: images.length,
    labels: [],
    ...(grouping === undefined ? {} : { groupColumn: grouping }),
    async *read() {
      yield* images
    },
  }
}

async function rowsOf(path: string): Promise<Row[]> {
  try {
    const { parse } = await import('csv-parse/sync')
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readImageFile(path))
    const firstLine = /^[^\r\n]*/.exec(text)![0]
    const delimiter = [',', ';', '\t'].find(each => firstLine.includes(each)) ?? ','
    const rows: Row[] = []
    parse(text, {
      ...{ delimiter, relaxColumnCount: true, skipEmptyLines: true, trim: true, maxRecordSize: LONGEST_LINE },
      onRecord: (cells, { lines }) => {
        rows.push({ cells, line: lines })
        return null
      },
    })
    return rows
  } catch (cause) {
    throw new LabError('data', `cannot read ${path} as CSV in UTF-8: ${reasonOf(cause)}`, { cause })
  }
}

function columnsOf(header: readonly string[]): Partial<Record<Column, number>> {
  const names = header.map(name => name.toLowerCase())
  const found: Partial<Record<Column, number>> = {}
  for (const column of Object.keys(NAMES) as Column[]) {
    const at = NAMES[column].map(name => names.indexOf(name)).find(at => at >= 0)
    if (at !== undefined) found[column] = at
  }
  return found
}

function imageOf(table: string, { line, cells }: Row, columns: Partial<Record<Column, number>>): SourceImage | Rejected {
  const cell = (column: Column): string => cells[columns[column] ?? -1] ?? ''
  const rejected = (reason: string): Rejected => ({ path: `${table} line ${line}`, reason })
  if (cell('path') === '') return rejected('the line names no file')
  if (cell('label') === '') return rejected('the line has no label')
  const split = cell('split')
  const part = split === '' ? null : partOfName(split)
  if (split !== '' && part === null) return rejected(`split '${split}' is none of train, validation, test`)
  const path = resolve(dirname(table), cell('path'))
  return {
    ...{ origin: path, content: path, label: cell('label'), part, fileName: basename(path) },
    ...(cell('group') === '' ? {} : { group: cell('group') }),
  }
}
