/** Reads the places that settings come from. */
import { join } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { CONFIG_FILE, type GlobalFlags, resolveSettings, type Settings } from './settings.ts'
import { readTextFile } from './textFile.ts'

export function loadSettings(flags: GlobalFlags): Settings {
  const cwd = process.cwd()
  return resolveSettings({ flags, env: process.env, file: readConfig(join(cwd, CONFIG_FILE)), cwd })
}

function readConfig(path: string): string | null {
  try {
    return readTextFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new LabError('usage', `${CONFIG_FILE}: cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}
