/** A named part of a split. `test` is touched once, after the study. */
export const PARTS = ['train', 'validation', 'test'] as const
export type Part = (typeof PARTS)[number]

/** How a dataset's images are divided. */
export interface SplitSpec {
  readonly kind: 'parity' | 'random' | 'grouped'
  /** Share of each class for validation and test; `random` and `grouped` only. */
  readonly validationFraction: number
  readonly testFraction: number
  readonly seed: number
  /** Which of the splits that the seed gives: 0 where it is left out. */
  readonly number?: number
}

/** What tells the groups of a dataset: images of one group (a patient's slices) stay together in a grouped split. */
export type GroupRule =
  /** A column of the source. */
  | { readonly by: 'column'; readonly column: string }
  /** A regular expression on file names. */
  | { readonly by: 'pattern'; readonly pattern: string }
  /** Near duplicates: images that correlate by `threshold` or more, and what they correlate with in turn. */
  | { readonly by: 'duplicates'; readonly threshold: number }
  /** Known to the program that drew the images. */
  | { readonly by: 'phantom' }

/** One image of a dataset. Its pixels are `width * height` grey bytes at `offset` of the dataset's pixel file. */
export interface DatasetImage {
  /** `SHA256-N`: SHA-256 of the encoded file, and which occurrence of that content this is (from 1) in source order. */
  readonly id: string
  readonly sha256: string
  /** Index into the dataset's classes. */
  readonly label: number
  /** `unused` where the split leaves it out: the test part of a source with a validation part, under parity. */
  readonly part: Part | 'unused'
  /** The part its source put it in, whatever the split does; null where the source has no parts. */
  readonly sourcePart: Part | null
  /** Images of one group share it. Left out where nothing tells this image's group: then it is one of its own. */
  readonly group?: string
  /** Native size in pixels. */
  readonly width: number
  readonly height: number
  readonly offset: number
  /** Where it came from: a path, or `shard.parquet row 12`; for people, never for logic. */
  readonly origin: string
}

/** An image left out, and why. */
export interface Rejected {
  readonly path: string
  readonly reason: string
}

/** A dataset as stored: labels, split and a fingerprint of its content; the pixels lie in a file of their own. */
export interface Dataset {
  readonly name: string
  /** SHA-256 over classes and every image's part, class and content: see `fingerprintOf`. */
  readonly fingerprint: string
  /** In severity order. */
  readonly classes: readonly string[]
  readonly split: SplitSpec
  /** The labels were made by a simulation: every table says so. */
  readonly simulatedLabels: boolean
  /** The images were drawn by this program, for teaching: every table says so. */
  readonly phantom?: boolean
  /** The user gave the classes in their order (`--classes`). Left out where not; see `hasOrderedClasses`. */
  readonly orderedClasses?: boolean
  /** Where the images' groups come from. Left out for datasets of before groups were known. */
  readonly groups?: GroupRule
  /** Where the images come from and their licence, as `dataset.json` beside them tells. */
  readonly source?: { readonly origin?: string; readonly licence?: string }
  /** SHA-256 of the pixel file: every image's grey bytes, one after another. */
  readonly pixels: string
  /** In source order. */
  readonly images: readonly DatasetImage[]
  readonly rejected: readonly Rejected[]
}
