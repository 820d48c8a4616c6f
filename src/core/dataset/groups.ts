/** What tells the groups of images: a column of the source, a pattern on file names, or near duplicates. */
import { runInNewContext } from 'node:vm'
import { LabError, messageOf } from '../shared/errors.ts'
import type { DatasetImage, GroupRule } from './dataset.ts'
import { duplicateGroups, type SearchOptions } from './duplicates.ts'
import { NEAR, type SmallVersions } from './similarity.ts'

/** What `data add` says about groups: one or none of them. */
export interface GroupRequest {
  readonly column?: string
  readonly pattern?: string
}

export interface Groupable extends Pick<DatasetImage, 'sha256' | 'origin'> {
  /** What the source's column says; left out where it says nothing. */
  readonly group?: string
  /** The file's own name, without folders; left out where the source has none. */
  readonly fileName?: string
}

export interface FoundGroups {
  readonly rule: GroupRule
  /** By position; undefined where nothing tells it. */
  readonly groups: readonly (string | undefined)[]
}

/**
 * The group of every image. Throws `usage` for a pattern that is none or takes too long, `data` for a pattern that does not match
 * every file name, and for a column without any value.
 */
export async function groupsOf(
  images: readonly Groupable[],
  { column, pattern }: GroupRequest,
  versions: SmallVersions,
  options: SearchOptions = {},
): Promise<FoundGroups> {
  if (column !== undefined) return { rule: { by: 'column', column }, groups: columnGroups(images, column) }
  if (pattern !== undefined) return { rule: { by: 'pattern', pattern }, groups: patternGroups(images, pattern) }
  return { rule: { by: 'duplicates', threshold: NEAR }, groups: await duplicateGroups(images, versions, options) }
}

function columnGroups(images: readonly Groupable[], column: string): readonly (string | undefined)[] {
  if (images.every(({ group }) => group === undefined)) {
    throw new LabError(
      'data',
      `--group-column ${column}: no image has a value in it; a folder has no columns: use --group-pattern`,
    )
  }
  return images.map(({ group }) => group)
}

/** Time that a pattern has for all names together: milliseconds. A fair pattern takes some microseconds a name. */
const PATTERN_TIME = 2000

/** Run where V8 can stop it: a pattern that backtracks without end would otherwise hang the program. */
const MATCH = `
  const expression = new RegExp(pattern, 'u')
  names.map(name => { const found = expression.exec(name); return found && (found[1] ?? found[0]) })`

/**
 * By file name: the pattern's first capture group, else all that it matches. Every name must match, for an image that is in no group by oversight
 * would leak.
 *
 * @param limit milliseconds for all names together.
 */
export function patternGroups(
  images: readonly Pick<Groupable, 'origin' | 'fileName'>[],
  pattern: string,
  limit = PATTERN_TIME,
): readonly string[] {
  const names = images.map(({ fileName }) => fileName ?? '')
  if (names.every(name => name === '')) {
    throw new LabError('usage', '--group-pattern: these images have no file names; use --group-column')
  }
  const found = matches(pattern, names, limit)
  const missed = found.findIndex(group => typeof group !== 'string' || group === '')
  if (missed >= 0) {
    const count = found.filter(group => typeof group !== 'string' || group === '').length
    throw new LabError(
      'data',
      `--group-pattern ${pattern} finds no group in ${count} of ${names.length} file names, as in '${names[missed]}'`,
    )
  }
  return found as string[]
}

/** Throws `usage` for a pattern that is no regular expression. */
export function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'u')
  } catch (cause) {
    throw new LabError('usage', `--group-pattern ${pattern}: ${messageOf(cause)}`, { cause })
  }
}

function matches(pattern: string, names: readonly string[], timeout: number): readonly unknown[] {
  try {
    return Array.from(runInNewContext(MATCH, { pattern, names }, { timeout }) as ArrayLike<unknown>)
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new LabError(
        'usage',
        `--group-pattern ${pattern} takes more than ${timeout / 1000} s: it goes back over the same letters again and again; give a simpler one`,
        { cause },
      )
    }
    throw new LabError('usage', `--group-pattern ${pattern}: ${messageOf(cause)}`, { cause })
  }
}
