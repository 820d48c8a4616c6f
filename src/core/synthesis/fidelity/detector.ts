/**
 * Can real and synthetic images be told apart? A logistic regression is asked about images of clusters that it did not learn from. Where it can, so
 * can the classifier that is trained on them; and where only some classes have synthetic images it may learn that what looks synthetic is of
 * these classes.
 */
import { hashOf } from '../../shared/random.ts'
import { bootstrapInterval, type Clustering, type Interval } from './clusters.ts'
import { type Features, rowsOf } from './features.ts'
import { logisticRegression, logisticScores } from './logistic.ts'

/** Parts of the cross-validation. */
const FOLDS = 5

export interface Detection extends Interval {
  /** Area under the ROC curve: 0.5 for chance, 1 where all are told apart. */
  readonly auc: number
}

/** The part of the cross-validation that each row is asked in: clusters with synthetic images are dealt round first, then the others, in a seeded order. */
export function foldsOf({ of, count }: Clustering, synthetic: readonly boolean[], seed: number, folds = FOLDS): Int32Array {
  const has = new Uint8Array(count)
  for (const [row, is] of synthetic.entries()) if (is) has[of[row]!] = 1
  const order = Array.from({ length: count }, (_, c) => c)
  const hashes = order.map(c => hashOf(seed, 'fold', c))
  order.sort((a, b) => has[b]! - has[a]! || (hashes[a]! < hashes[b]! ? -1 : 1))
  const fold = new Int32Array(count)
  for (const [place, c] of order.entries()) fold[c] = place % folds
  return of.map(c => fold[c]!)
}

/** Each row's score by the regression that learned from the other folds, whose columns were brought to mean 0 and deviation 1 there. */
export function heldOutScores(features: Features, synthetic: readonly boolean[], fold: Int32Array): Float64Array {
  const scores = new Float64Array(features.rows)
  for (const part of new Set(fold)) {
    const rows = [...fold.keys()]
    const asked = rows.filter(row => fold[row] === part)
    const known = rows.filter(row => fold[row] !== part)
    const scale = scalerOf(features, known)
    const weights = logisticRegression(
      scale(rowsOf(features, known)),
      known.map(row => synthetic[row]!),
    )
    const found = logisticScores(scale(rowsOf(features, asked)), weights)
    for (const [i, row] of asked.entries()) scores[row] = found[i]!
  }
  return scores
}

/**
 * Of all pairs of a synthetic and a real image of one fold, the share in which the synthetic one has the higher score, equal ones counting half;
 * images count as often as `weights` says. Null without a pair.
 */
export function withinFoldArea(
  scores: Float64Array,
  synthetic: readonly boolean[],
  fold: Int32Array,
): (weights?: ArrayLike<number>) => number | null {
  const parts = [...new Set(fold)].map(part =>
    [...fold.keys()].filter(row => fold[row] === part).sort((a, b) => scores[a]! - scores[b]!),
  )
  return weights => {
    let won = 0
    let pairs = 0
    for (const rows of parts) {
      let realBelow = 0
      let syntheticAll = 0
      for (let start = 0; start < rows.length; ) {
        let real = 0
        let made = 0
        let end = start
        for (; end < rows.length && scores[rows[end]!] === scores[rows[start]!]; end++) {
          const weight = weights?.[rows[end]!] ?? 1
          if (synthetic[rows[end]!]) made += weight
          else real += weight
        }
        won += made * (realBelow + real / 2)
        realBelow += real
        syntheticAll += made
        start = end
      }
      pairs += realBelow * syntheticAll
    }
    return pairs === 0 ? null : won / pairs
  }
}

/** With a 95 % interval over clusters, the scores staying as they are. Null below `FOLDS` clusters with synthetic or with real images. */
export function detection(
  features: Features,
  synthetic: readonly boolean[],
  clusters: Clustering,
  seed: number,
): Detection | null {
  const having = (kind: boolean): number => new Set(clusters.of.filter((_, row) => synthetic[row] === kind)).size
  if (having(true) < FOLDS || having(false) < FOLDS) return null
  const fold = foldsOf(clusters, synthetic, seed)
  const area = withinFoldArea(heldOutScores(features, synthetic, fold), synthetic, fold)
  const auc = area()
  const interval = bootstrapInterval(clusters, area, [seed, 'detector'])
  return auc === null || interval === null ? null : { auc, ...interval }
}

/** Brings columns to mean 0 and deviation 1 of the known rows; one that is constant there is only moved. */
function scalerOf({ width, values }: Features, known: readonly number[]): (features: Features) => Features {
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  for (const row of known) for (let c = 0; c < width; c++) means[c]! += values[row * width + c]! / known.length
  for (const row of known)
    for (let c = 0; c < width; c++) squares[c]! += (values[row * width + c]! - means[c]!) ** 2 / known.length
  const deviations = squares.map(value => (value > 0 ? Math.sqrt(value) : 1))
  return features => ({
    ...features,
    values: features.values.map((value, i) => (value - means[i % width]!) / deviations[i % width]!),
  })
}
