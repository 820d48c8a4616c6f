/** Specs in files: a composed one is written for `mri-lab run FILE`, any is read to be composed further. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LabError, reasonOf } from '../../core/shared/errors.ts'
import { parseSpec, type Spec, specJson } from '../../core/study/index.ts'
import { writeText } from '../textFile.ts'

/** Throws a LabError `failed` where it cannot be written. */
export async function saveSpec(path: string, spec: Spec): Promise<void> {
  await writeText(path, `${JSON.stringify(specJson(spec), null, 2)}\n`)
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
