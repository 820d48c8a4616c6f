/** Weights of classes in the training loss. */

/**
 * A weight for each class by its index, so that all classes weigh the same in sum: n / (K n_c), with n training images, n_c of them of class c. scikit-learn's
 * `compute_class_weight('balanced')`: K counts the classes that have images; one without is never asked for and has 0.
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const present = counts.filter(count => count > 0).length
  return counts.map(count => (count === 0 ? 0 : total / (present * count)))
}

/** What a batch of these labels weighs: the divisor of its mean loss. Without weights as much as it has images. */
export function weightOf(labels: Int32Array, classWeights: readonly number[] | undefined): number {
  return classWeights === undefined ? labels.length : labels.reduce((sum, label) => sum + classWeights[label]!, 0)
}

/** The part of each image in its batch's mean loss `[n, 1]`: its class's weight over that of the batch, so that they sum up to 1. */
export function rowWeights(labels: Int32Array, classWeights: readonly number[]): Float32Array {
  const whole = weightOf(labels, classWeights)
  return Float32Array.from(labels, label => classWeights[label]! / whole)
}
