/** What would make a study's result false before it begins: leaks between parts, copies, labels at odds, broken images, classes too small. */
import { type Dataset, type DatasetImage, PARTS } from './dataset.ts'
import { type AlikePair, alikePairs, Clusters, clusterNames, type SearchOptions } from './duplicates.ts'
import { groupOf } from './groupedSplit.ts'
import { nearestNeighbours } from './neighbours.ts'
import { findOutliers, type Outlier } from './outliers.ts'
import { NEAR, type SmallVersions, smallVersions } from './similarity.ts'
import { datasetUnder, ruleWords } from './split.ts'

/** One image of a pair. */
export interface AuditedImage {
  readonly image: string
  readonly origin: string
  readonly class: string
  readonly part: DatasetImage['part']
}

/** Two images that are the same or nearly so. */
export interface AuditedPair {
  readonly a: AuditedImage
  readonly b: AuditedImage
  /** Correlation of their differences, 1 for the same file: see `likeness`. */
  readonly likeness: number
  readonly exact: boolean
  readonly acrossSplits: boolean
  readonly labelConflict: boolean
}

export interface AuditedClass {
  readonly name: string
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly unused: number
}

/** The JSON of `data audit`. Counts are of pairs. */
export interface Audit {
  readonly name: string
  readonly fingerprint: string
  readonly split: Dataset['split']['kind']
  readonly images: number
  /** Pairs of files with the same bytes. */
  readonly exactDuplicates: number
  /** Pairs of other files whose likeness is `threshold` or more. */
  readonly nearDuplicates: number
  readonly threshold: number
  /** Of both kinds, pairs whose images lie in two parts of the split. */
  readonly acrossSplits: number
  /** Of both kinds, pairs whose images have two labels. */
  readonly labelConflicts: number
  readonly outliers: readonly Outlier[]
  /** Mean cross entropy on validation of always answering the training part's class frequencies, in nats; null (infinite) where it lacks a class. */
  readonly baselineLoss: number | null
  /** Share of validation images in the training part's most frequent class. */
  readonly baselineAccuracy: number | null
  /** What copying the label of the most similar training image achieves on validation. */
  readonly neighbours: {
    readonly accuracy: number | null
    /** Share of validation images whose most similar training image is of their own group. */
    readonly sameGroup: number | null
    /** Mean accuracy of the same over `GROUPED` grouped splits; null where the split is grouped itself or no groups are known. */
    readonly grouped: number | null
  }
  /** What tells groups, how many there are, and how many lie in more than one part. */
  readonly groups: { readonly by: string; readonly count: number; readonly acrossSplits: number }
  readonly classes: readonly AuditedClass[]
  /** Images of the largest class for each of the smallest. */
  readonly imbalance: number
  /** The most alike first, those across parts before others; at most `PAIRS`. */
  readonly pairs: readonly AuditedPair[]
  readonly pairsLeftOut: number
}

/** An audit, and the groups that it found where the data set had none. */
export interface AuditResult {
  readonly audit: Audit
  readonly groups: { readonly rule: NonNullable<Dataset['groups']>; readonly names: readonly string[] } | null
}

/** Pairs that an audit lists. */
const PAIRS = 1000
/** Grouped splits that neighbours are looked for in. */
const GROUPED = 3

/**
 * Audits a data set under its own split. Takes seconds for some thousand images; time grows with their square.
 *
 * @param pack the data set's pixel file.
 * Rejects with the signal's reason.
 */
export async function auditDataset(given: Dataset, pack: Uint8Array, options: SearchOptions = {}): Promise<AuditResult> {
  const { classes, images } = given
  const versions = smallVersions(pack, images)
  const found = new PairList(images)
  const clusters = new Clusters(images.length)
  await alikePairs(
    images,
    versions,
    pair => {
      clusters.join(pair.a, pair.b)
      found.add(pair)
    },
    options,
  )
  const groups =
    given.groups === undefined
      ? { rule: { by: 'duplicates', threshold: NEAR } as const, names: clusterNames(images, clusters) }
      : null
  const dataset: Dataset =
    groups === null
      ? given
      : { ...given, groups: groups.rule, images: images.map((image, i) => ({ ...image, group: groups.names[i]! })) }
  const { accuracy, sameGroup } = await nearestNeighbours(dataset.images, versions, options.signal)
  const counted = classCounts(dataset)
  const totals = counted.map(({ train, validation, test, unused }) => train + validation + test + unused)
  const audit: Audit = {
    ...{ name: given.name, fingerprint: given.fingerprint, split: given.split.kind, images: images.length },
    ...found.counts,
    threshold: NEAR,
    outliers: findOutliers(images, classes, pack),
    ...baseline(counted),
    neighbours: { accuracy, sameGroup, grouped: await groupedAccuracy(dataset, versions, options.signal) },
    groups: { by: ruleWords(dataset.groups!), ...groupCounts(dataset.images) },
    classes: counted,
    imbalance: Math.max(...totals) / Math.min(...totals),
    pairs: found.first(PAIRS).map(pair => described(pair, dataset)),
    pairsLeftOut: Math.max(0, found.counts.exactDuplicates + found.counts.nearDuplicates - PAIRS),
  }
  return { audit, groups }
}

/** How many groups there are, and how many of them lie in more than one part: what a split leaks. */
export function groupCounts(images: readonly Pick<DatasetImage, 'group' | 'sha256' | 'part'>[]): {
  readonly count: number
  readonly acrossSplits: number
} {
  const parts = new Map<string, DatasetImage['part']>()
  const torn = new Set<string>()
  const all = new Set<string>()
  for (const image of images) {
    const group = groupOf(image)
    all.add(group)
    if (image.part === 'unused') continue
    const part = parts.get(group)
    if (part === undefined) parts.set(group, image.part)
    else if (part !== image.part) torn.add(group)
  }
  return { count: all.size, acrossSplits: torn.size }
}

/** Counts all pairs and keeps the foremost, without keeping all: a thousand copies of one image are half a million pairs. */
class PairList {
  readonly counts = { exactDuplicates: 0, nearDuplicates: 0, acrossSplits: 0, labelConflicts: 0 }
  readonly #images: readonly DatasetImage[]
  #kept: AlikePair[] = []

  constructor(images: readonly DatasetImage[]) {
    this.#images = images
  }

  add(pair: AlikePair): void {
    if (pair.exact) this.counts.exactDuplicates++
    else this.counts.nearDuplicates++
    if (isAcross(this.#images, pair)) this.counts.acrossSplits++
    if (isConflict(this.#images, pair)) this.counts.labelConflicts++
    this.#kept.push(pair)
    if (this.#kept.length > 8 * PAIRS) this.#kept = this.first(PAIRS)
  }

  /** Across parts first, then labels at odds, then the most alike; else in source order. */
  first(count: number): AlikePair[] {
    const rank = (pair: AlikePair): number =>
      (isAcross(this.#images, pair) ? 4 : 0) + (isConflict(this.#images, pair) ? 2 : 0) + (pair.exact ? 1 : 0)
    return this.#kept
      .toSorted((p, q) => rank(q) - rank(p) || q.likeness - p.likeness || p.a - q.a || p.b - q.b)
      .slice(0, count)
  }
}

function isAcross(images: readonly DatasetImage[], { a, b }: AlikePair): boolean {
  const [one, other] = [images[a]!.part, images[b]!.part]
  return one !== other && one !== 'unused' && other !== 'unused'
}

function isConflict(images: readonly DatasetImage[], { a, b }: AlikePair): boolean {
  return images[a]!.label !== images[b]!.label
}

function described(pair: AlikePair, { images, classes }: Dataset): AuditedPair {
  const one = (place: number): AuditedImage => {
    const { id, origin, label, part } = images[place]!
    return { image: id, origin, class: classes[label]!, part }
  }
  return {
    a: one(pair.a),
    b: one(pair.b),
    likeness: pair.likeness,
    exact: pair.exact,
    acrossSplits: isAcross(images, pair),
    labelConflict: isConflict(images, pair),
  }
}

/** Images of each class by part. */
function classCounts({ classes, images }: Pick<Dataset, 'classes' | 'images'>): AuditedClass[] {
  const counts = classes.map(name => ({ name, train: 0, validation: 0, test: 0, unused: 0 }))
  for (const { label, part } of images) counts[label]![part]++
  return counts
}

/** Answering the training part's class frequencies: what a model has to beat. */
function baseline(classes: readonly AuditedClass[]): Pick<Audit, 'baselineLoss' | 'baselineAccuracy'> {
  const sum = (part: (typeof PARTS)[number]): number => classes.reduce((total, row) => total + row[part], 0)
  const [train, validation] = [sum('train'), sum('validation')]
  if (train === 0 || validation === 0) return { baselineLoss: null, baselineAccuracy: null }
  const present = classes.filter(row => row.validation > 0)
  const loss = present.reduce((total, row) => total - row.validation * Math.log(row.train / train), 0) / validation
  const frequent = classes.reduce((most, row) => (row.train > most.train ? row : most))
  return { baselineLoss: Number.isFinite(loss) ? loss : null, baselineAccuracy: frequent.validation / validation }
}

async function groupedAccuracy(
  dataset: Dataset,
  versions: SmallVersions,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const { count } = groupCounts(dataset.images)
  if (dataset.split.kind === 'grouped' || count === dataset.images.length || count < PARTS.length) return null
  let total = 0
  for (let number = 0; number < GROUPED; number++) {
    const { images } = datasetUnder(dataset, 'grouped', number)
    const { accuracy } = await nearestNeighbours(images, versions, signal)
    if (accuracy === null) return null
    total += accuracy
  }
  return total / GROUPED
}
