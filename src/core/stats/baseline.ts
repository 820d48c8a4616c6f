/**
 * The loss of a model that knows only how frequent each class is in the training images: mean cross entropy of the validation
 * labels under those frequencies. A trained model that does no better has learned nothing from the pixels.
 *
 * @param trainCounts training images of each class.
 * @param validationCounts validation images of each class, in the same order.
 * @returns nats; +Infinity where a class to be validated has no training image; null without validation or training images.
 * @throws RangeError where the numbers of classes differ.
 */
export function classFrequencyBaseline(trainCounts: ArrayLike<number>, validationCounts: ArrayLike<number>): number | null {
  if (trainCounts.length !== validationCounts.length)
    throw new RangeError(`${trainCounts.length} classes in training, ${validationCounts.length} in validation`)
  const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0)
  const trained = total(trainCounts)
  const validated = total(validationCounts)
  if (trained === 0 || validated === 0) return null
  let sum = 0
  for (let c = 0; c < trainCounts.length; c++) {
    const images = validationCounts[c]!
    if (images > 0) sum -= images * Math.log(trainCounts[c]! / trained)
  }
  return sum / validated
}
