import { rowsOf } from './softmax.ts'

/**
 * The class of the greatest logit of each row; of equal ones the first. NaN counts as the greatest, as NumPy's and PyTorch's
 * argmax have it, so a diverged model predicts class 0 for everything.
 *
 * @param logits row-major `[n, classes]`.
 * @returns `n` classes, 0 to `classes - 1`.
 * @throws RangeError where the length of `logits` is not a multiple of `classes`.
 */
export function predictedClasses(logits: ArrayLike<number>, classes: number): Int32Array {
  const predicted = new Int32Array(rowsOf(logits.length, classes))
  for (let row = 0; row < predicted.length; row++) {
    let best = 0
    for (let c = 1; c < classes; c++) {
      const held = logits[row * classes + best]!
      if (Number.isNaN(held)) break
      const value = logits[row * classes + c]!
      if (value > held || Number.isNaN(value)) best = c
    }
    predicted[row] = best
  }
  return predicted
}
