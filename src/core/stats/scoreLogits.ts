import { accuracy, balancedAccuracy } from './accuracy.ts'
import { auc } from './auc.ts'
import { brier } from './brier.ts'
import { calibrationError } from './calibrationError.ts'
import { type ClassScore, classScores, macroF1 } from './classScores.ts'
import { confusion } from './confusion.ts'
import { crossEntropy } from './crossEntropy.ts'
import { predictedClasses } from './predictedClasses.ts'
import { softmax } from './softmax.ts'
import { quadraticWeightedKappa } from './weightedKappa.ts'

/** Everything measured on one set of images. */
export interface Scores {
  /** Mean cross entropy, nats; NaN where the model diverged. */
  readonly loss: number
  /** 0 to 1, as the four below. */
  readonly accuracy: number
  readonly balancedAccuracy: number | null
  readonly macroF1: number | null
  /** Null where a class has no image; NaN where the model diverged. */
  readonly auc: number | null
  /** 0 to 2, less is better; NaN where the model diverged. */
  readonly brier: number
  /** Expected calibration error, 0 to 1, less is better; NaN where the model diverged. */
  readonly ece: number
  /** At most 1; null where the classes are in no declared order. */
  readonly quadraticWeightedKappa: number | null
  /** Rows true, columns predicted, in class order. */
  readonly confusion: readonly (readonly number[])[]
  readonly perClass: readonly ClassScore[]
}

/**
 * All metrics of a model's logits, each as its own file defines it.
 *
 * @param logits row-major `[n, classes.length]`, before softmax.
 * @param labels `n` true classes.
 * @param classes names in class order.
 * @param ordered whether the order of the classes means something, as severity does.
 * @throws RangeError where the shapes disagree, a label is no class, or there is no row.
 */
export function scoreLogits(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: readonly string[],
  { ordered }: { readonly ordered: boolean },
): Scores {
  const k = classes.length
  const loss = crossEntropy(logits, labels, k)
  const matrix = confusion(labels, predictedClasses(logits, k), k)
  const probabilities = softmax(logits, k)
  const hitRate = accuracy(matrix)
  if (hitRate === null) throw new RangeError('there are no images to score')
  return {
    loss,
    accuracy: hitRate,
    balancedAccuracy: balancedAccuracy(matrix),
    macroF1: macroF1(matrix),
    auc: auc(probabilities, labels, k),
    brier: brier(probabilities, labels, k),
    ece: calibrationError(probabilities, labels, k),
    quadraticWeightedKappa: ordered ? quadraticWeightedKappa(matrix) : null,
    confusion: matrix,
    perClass: classScores(matrix, classes),
  }
}
