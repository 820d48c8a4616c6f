/** Files that the screens write where the lab was started. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'

export interface TextFile {
  readonly path: string
  /** Whether something lies there that would be replaced. */
  readonly exists: boolean
}

/** `name.ending` in that folder, its name without what file systems or shells trip over. */
export function textFile(folder: string, name: string, ending: string): TextFile {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '')
  const path = join(folder, `${safe === '' ? 'study' : safe}.${ending}`)
  return { path, exists: existsSync(path) }
}

/** Throws a LabError `failed` where it cannot be written. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (thrown) {
    throw new LabError('failed', `${path} cannot be written (${reasonOf(thrown)})`, { cause: thrown })
  }
}

/** Lines of cells as a table that spreadsheets take: RFC 4180 with `,`, plain with tabs. */
export function cellText(lines: readonly (readonly (string | number | null)[])[], separator: ',' | '\t'): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '')
    if (separator === '\t') return text.replace(/[\t\r\n]+/g, ' ')
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return lines.map(line => `${line.map(cell).join(separator)}\n`).join('')
}
