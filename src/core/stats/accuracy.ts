import { type Confusion, classCounts } from './confusion.ts'

/** Share of images whose class is predicted, 0 to 1; null without images. */
export function accuracy(matrix: Confusion): number | null {
  let hits = 0
  let images = 0
  for (const counts of classCounts(matrix)) {
    hits += counts.hits
    images += counts.support
  }
  return images === 0 ? null : hits / images
}

/**
 * Mean recall over the classes that have images, 0 to 1: scikit-learn's `balanced_accuracy_score` (not adjusted for chance).
 * Classes absent from the truth are left out; null without images.
 */
export function balancedAccuracy(matrix: Confusion): number | null {
  const recalls = classCounts(matrix)
    .filter(({ support }) => support > 0)
    .map(({ hits, support }) => hits / support)
  return recalls.length === 0 ? null : recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
}
