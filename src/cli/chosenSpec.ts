/** The spec that `mri-lab run` is asked for: a file's or a preset's, with flags over it. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LabError, messageOf, reasonOf } from '../core/shared/errors.ts'
import { applyOverrides, isPreset, PRESETS, presetJson, type SpecOverrides } from '../core/study/index.ts'

/** As JSON, for `parseSpec`. Throws `usage` where there is neither preset nor file, `data` where the file is no JSON. */
export function chosenSpec(source: string, overrides: SpecOverrides, cwd: string): Record<string, unknown> {
  const json: unknown = isPreset(source)
    ? presetJson(source)
    : readSpec(source, cwd, `, and no preset of that name; presets are ${PRESETS.join(', ')}`)
  return applyOverrides(json, overrides, source)
}

/** A file's JSON. Throws as `chosenSpec`. @param orElse what else might have been meant, for the error of a file that is not there */
export function readSpec(source: string, cwd: string, orElse = ''): unknown {
  let text: string
  try {
    text = readFileSync(resolve(cwd, source), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new LabError('usage', `there is no file '${source}'${orElse}`)
    }
    throw new LabError('data', `${source}: cannot be read: ${reasonOf(error)}`, { cause: error })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LabError('data', `${source}: not JSON: ${messageOf(error)}`, { cause: error })
  }
}
