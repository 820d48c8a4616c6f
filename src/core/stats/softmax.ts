/**
 * Natural logarithm of softmax, row by row, in doubles: `x - max - ln(sum(exp(x - max)))`. Never overflows for finite logits.
 *
 * @param logits row-major `[n, classes]`, unitless; as the model gives them, before softmax.
 * @returns row-major `[n, classes]`, nats, at most 0. A row holding NaN or +Infinity is all NaN, as in PyTorch.
 * @throws RangeError where the length of `logits` is not a multiple of `classes`.
 */
export function logSoftmax(logits: ArrayLike<number>, classes: number): Float64Array {
  const rows = rowsOf(logits.length, classes)
  const result = new Float64Array(logits.length)
  for (let row = 0; row < rows; row++) {
    const start = row * classes
    let max = -Infinity
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[start + c]!)
    let sum = 0
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[start + c]! - max)
    const logSum = Math.log(sum)
    for (let c = 0; c < classes; c++) result[start + c] = logits[start + c]! - max - logSum
  }
  return result
}

/**
 * Class probabilities, row by row, in doubles.
 *
 * @param logits row-major `[n, classes]`.
 * @returns row-major `[n, classes]`, 0 to 1, each row summing to 1; a row holding NaN or +Infinity is all NaN.
 * @throws RangeError where the length of `logits` is not a multiple of `classes`.
 */
export function softmax(logits: ArrayLike<number>, classes: number): Float64Array {
  return logSoftmax(logits, classes).map(Math.exp)
}

/** Rows of a row-major matrix of `length` numbers in `columns` columns; throws RangeError where they do not divide. */
export function rowsOf(length: number, columns: number): number {
  if (!(Number.isInteger(columns) && columns > 0)) throw new RangeError(`${columns} is no number of classes`)
  if (length % columns !== 0) throw new RangeError(`${length} numbers do not fill rows of ${columns} classes`)
  return length / columns
}
