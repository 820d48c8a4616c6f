import type { Part, Rejected } from '../dataset.ts'

/** One encoded image as its source holds it. */
export interface SourceImage {
  /** Where it lies, for people: a path, or `shard.parquet row 12` (rows from 0). */
  readonly origin: string
  /** The encoded file, or its path where it is still to be read. */
  readonly content: Uint8Array | string
  /** As the source spells it. */
  readonly label: string
  /** The part the source put it in; null where the source has no parts. */
  readonly part: Part | null
  /** The file's own name, without folders; left out where there is none. */
  readonly fileName?: string
  /** What the group column says, as text; left out where there is no such column or value. */
  readonly group?: string
}

/** A place images come from. `read` yields everything in it, in an order that depends on names and rows alone. */
export interface ImageSource {
  /** How many items `read` yields. */
  readonly count: number
  /** Raw labels the source names even if no image has them (an empty class folder). */
  readonly labels: readonly string[]
  /** The column that tells groups, where the source has one of that meaning. */
  readonly groupColumn?: string
  /** Yields each image, or why it can't be one. */
  read(): AsyncIterable<SourceImage | Rejected>
}

const PART_NAMES: Readonly<Record<string, Part>> = {
  train: 'train',
  training: 'train',
  valid: 'validation',
  val: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
}

/** The part that a folder's name stands for, in any case; null if none. */
export function partOfName(name: string): Part | null {
  return PART_NAMES[name.toLowerCase()] ?? null
}

/** Compares two texts by their UTF-8 bytes: an order that no locale changes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
