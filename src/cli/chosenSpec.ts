/** The spec that `mri-lab run` is asked for: a file's or a preset's, with flags over it. */
import { resolve } from 'node:path'
import { LabError, messageOf, reasonOf } from '../core/shared/errors.ts'
import {
  applyOverrides,
  isPreset,
  jsonPlaces,
  lineAt,
  PRESETS,
  parseSpec,
  presetJson,
  type Spec,
  type SpecOverrides,
  type WhereInSpec,
} from '../core/study/index.ts'
import { flagOf } from './command.ts'
import { readTextFile } from './textFile.ts'

/** Checked. Throws `usage` where there is neither preset nor file, or a field is wrong, `data` where the file is no JSON. */
export function chosenSpec(source: string, overrides: SpecOverrides, cwd: string): Spec {
  const orElse = `, and no preset of that name; presets are ${PRESETS.join(', ')}`
  const text = isPreset(source) ? null : readText(source, cwd, orElse)
  const json: unknown = isPreset(source) ? presetJson(source) : parseJson(text ?? '', source)
  return parseSpec(applyOverrides(json, overrides, source), source, whereIn(text, overrides))
}

/** A file's JSON, and where in it each value stands. Throws as `chosenSpec`. */
export function readSpec(source: string, cwd: string): { readonly json: unknown; readonly where: WhereInSpec } {
  const text = readText(source, cwd, '')
  return { json: parseJson(text, source), where: whereIn(text, {}) }
}

/** @param orElse what else might have been meant, for the error of a file that is not there */
function readText(source: string, cwd: string, orElse: string): string {
  try {
    return readTextFile(resolve(cwd, source))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new LabError('usage', `there is no file '${source}'${orElse}`)
    }
    throw new LabError('data', `${source}: cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

function parseJson(text: string, source: string): unknown {
  if (text.trim() === '')
    throw new LabError('data', `${source}: the file is empty; 'mri-lab run --print-spec quick' prints a spec`)
  try {
    return JSON.parse(text)
  } catch (error) {
    const { fault } = jsonPlaces(text)
    const place = fault === null ? '' : ` at line ${fault.line}, column ${fault.column}`
    const words = messageOf(error).replace(/ (?:in JSON )?at position \d+.*$/, '')
    throw new LabError('data', `${source}: not JSON${place}: ${words}`, { cause: error })
  }
}

/** Flags come before the file's lines. */
function whereIn(text: string | null, overrides: SpecOverrides): WhereInSpec {
  const flags: Readonly<Record<string, unknown>> = { ...overrides }
  return path => {
    const field = String(path[0] === 'optimizer' && path[1] === 'learningRate' ? path[1] : path[0])
    if (flags[field] !== undefined) return flagOf(field)
    const line = text === null ? null : lineAt(jsonPlaces(text), path)
    return line === null ? null : `line ${line}`
  }
}
