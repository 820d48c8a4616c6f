import { hash } from 'node:crypto'
import type { DatasetImage } from './dataset.ts'

/** Lower-case hex SHA-256 of bytes: what content is known by. */
export function contentHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

/** Gives image ids: `SHA256-N`, N counting the occurrences of that content so far, from 1. */
export function idMaker(): (sha256: string) => string {
  const seen = new Map<string, number>()
  return sha256 => {
    const occurrence = (seen.get(sha256) ?? 0) + 1
    seen.set(sha256, occurrence)
    return `${sha256}-${occurrence}`
  }
}

/**
 * What a data set is known by: SHA-256 of these UTF-8 lines, each ended by a newline: the JSON list of the classes; then, sorted by id, the
 * JSON list [part, class, id] of every image that the split uses, without spaces.
 *
 * So it depends on the classes, their order, the parts and the content, but not on names, paths or the order of files - except that copies
 * of one content in different classes or parts are told apart by the order in which the source has them.
 */
export function fingerprintOf(
  classes: readonly string[],
  images: readonly Pick<DatasetImage, 'id' | 'label' | 'part'>[],
): string {
  const sorted = images.filter(({ part }) => part !== 'unused').sort((a, b) => (a.id < b.id ? -1 : 1))
  const lines = sorted.map(({ part, label, id }) => JSON.stringify([part, classes[label], id]))
  return hash('sha256', `${[JSON.stringify(classes), ...lines].join('\n')}\n`, 'hex')
}
