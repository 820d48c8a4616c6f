/** Specs in files: a composed one is written for `mri-lab run FILE`, any is read to be composed further. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LabError, reasonOf } from '../../core/shared/errors.ts'
import { parseSpec, type Spec, specJson } from '../../core/study/index.ts'

export interface SpecFile {
  readonly path: string
  /** Whether something lies there that would be replaced. */
  readonly exists: boolean
}

/** Where the spec would be written: its name in that folder, without what file systems or shells trip over. */
export function specFile(folder: string, { name }: Pick<Spec, 'name'>): SpecFile {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '')
  const path = join(folder, `${safe === '' ? 'study' : safe}.json`)
  return { path, exists: existsSync(path) }
}

/** Throws a LabError `failed` where it cannot be written. */
export async function saveSpec(path: string, spec: Spec): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(specJson(spec), null, 2)}\n`)
  } catch (thrown) {
    throw new LabError('failed', `${path} cannot be written (${reasonOf(thrown)})`, { cause: thrown })
  }
}

/** Throws a LabError: `failed` where the file cannot be read, `usage` where it is no spec. */
export async function openSpec(folder: string, name: string): Promise<Spec> {
  const path = resolve(folder, name)
  const text = await readFile(path, 'utf8').catch(thrown => {
    throw new LabError('failed', `${name} cannot be read (${reasonOf(thrown)})`, { cause: thrown })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (thrown) {
    throw new LabError('usage', `${name} is not JSON (${reasonOf(thrown)})`, { cause: thrown })
  }
  return parseSpec(json, name)
}
