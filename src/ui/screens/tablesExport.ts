/** Writes tables and contrasts to files. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError, reasonOf } from '../../core/shared/errors.ts'
import type { Metric, TableFormat } from '../../core/study/index.ts'

const ENDINGS: Readonly<Record<TableFormat, string>> = { text: 'txt', md: 'md', csv: 'csv', latex: 'tex', json: 'json' }

interface Export {
  readonly study: string
  readonly view: 'medians' | 'contrasts'
  readonly metric: Metric
  readonly format: TableFormat
}

/** `study-medians-loss.tex` in that folder, and whether something lies there that would be replaced. */
export function exportFile(
  folder: string,
  { study, view, metric, format }: Export,
): { readonly path: string; readonly exists: boolean } {
  const safe = study.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'study'
  const path = join(folder, `${safe}-${view}-${metric}.${ENDINGS[format]}`)
  return { path, exists: existsSync(path) }
}

/** Throws a LabError `failed` where it cannot be written. */
export async function writeExport(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (thrown) {
    throw new LabError('failed', `${path} cannot be written (${reasonOf(thrown)})`, { cause: thrown })
  }
}
