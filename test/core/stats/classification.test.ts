import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accuracy,
  auc,
  balancedAccuracy,
  brier,
  calibrationError,
  classAreas,
  classFrequencyBaseline,
  classScores,
  confusion,
  crossEntropy,
  logSoftmax,
  macroF1,
  midRanks,
  predictedClasses,
  quadraticWeightedKappa,
  scoreLogits,
  softmax,
} from '../../../src/core/stats/index.ts'
import type { ClassScore as RunClassScore } from '../../../src/core/study/run.ts'
import { golden } from './golden.ts'

function expectNear(actual: ArrayLike<number | null>, expected: readonly (number | null)[]): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    if (value === null) expect(actual[i]).toBeNull()
    else expect(actual[i]).toBeCloseTo(value, 12)
  })
}

describe('metrics agree with scikit-learn and SciPy', () => {
  it.each(golden.classification)('$name', example => {
    const k = example.classes
    const logits = Float32Array.from(example.logits)
    const predicted = predictedClasses(logits, k)
    const matrix = confusion(example.labels, predicted, k)
    const probabilities = softmax(logits, k)
    expectNear(logSoftmax(logits, k).subarray(0, k), example.logSoftmaxFirstRow)
    expectNear(probabilities.subarray(-k), example.softmaxLastRow)
    expect(crossEntropy(logits, example.labels, k)).toBeCloseTo(example.crossEntropy, 11)
    expect([...predicted]).toEqual(example.predicted)
    expect(matrix).toEqual(example.confusion)
    expect(accuracy(matrix)).toBeCloseTo(example.accuracy, 12)
    expect(balancedAccuracy(matrix)).toBeCloseTo(example.balancedAccuracy, 12)
    expect(macroF1(matrix)).toBeCloseTo(example.macroF1, 12)
    const scores: RunClassScore[] = classScores(
      matrix,
      Array.from({ length: k }, (_, c) => `class ${c}`),
    )
    expect(scores.map(score => score.support)).toEqual(example.support)
    expectNear(
      scores.map(score => score.precision),
      example.precision,
    )
    expectNear(
      scores.map(score => score.recall),
      example.recall,
    )
    expectNear(
      scores.map(score => score.f1),
      example.f1,
    )
    expectNear(classAreas(probabilities, example.labels, k), example.areas)
    expectNear([auc(probabilities, example.labels, k)], [example.auc])
    expect(brier(probabilities, example.labels, k)).toBeCloseTo(example.brier, 12)
    expect(calibrationError(probabilities, example.labels, k)).toBeCloseTo(example.ece, 12)
    expectNear([quadraticWeightedKappa(matrix)], [example.quadraticWeightedKappa])
  })

  it.each(golden.midRanks)('mid-ranks of $values', ({ values, ranks }) => {
    expect([...midRanks(values)]).toEqual(ranks)
  })

  it('gives the class-frequency baseline of the published data', () => {
    expect(classFrequencyBaseline(golden.baseline.train, golden.baseline.validation)).toBeCloseTo(golden.baseline.value, 12)
    expect(golden.baseline.value).toBeCloseTo(1.038, 3)
  })
})

describe('laws', () => {
  const rows = fc.array(fc.array(fc.float({ min: -80, max: 80, noNaN: true }), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 20,
  })

  it('softmax sums to 1 and does not change when a row is shifted', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -500, max: 500 }), (matrix, shift) => {
        const plain = softmax(matrix.flat(), 3)
        const shifted = softmax(
          matrix.flat().map(value => value + shift),
          3,
        )
        for (let i = 0; i < plain.length; i += 3) expect(plain[i]! + plain[i + 1]! + plain[i + 2]!).toBeCloseTo(1, 12)
        for (let i = 0; i < plain.length; i++) expect(shifted[i]).toBeCloseTo(plain[i]!, 9)
      }),
    )
  })

  it('the area of a class and of its reversed scores sum to 1', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.integer({ min: 0, max: 2 })), (matrix, stream) => {
        const scores = matrix.flat().map(Math.round)
        const labels = matrix.map(() => stream.next().value)
        const forward = classAreas(scores, labels, 3)
        const backward = classAreas(
          scores.map(value => -value),
          labels,
          3,
        )
        forward.forEach((area, c) => {
          if (area === null) expect(backward[c]).toBeNull()
          else expect(area + backward[c]!).toBeCloseTo(1, 12)
        })
      }),
    )
  })

  it('mid-ranks sum to n (n + 1) / 2', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), values => {
        const sum = midRanks(values).reduce((total, rank) => total + rank, 0)
        expect(sum).toBe((values.length * (values.length + 1)) / 2)
      }),
    )
  })
})

describe('what is undefined, and what diverged', () => {
  it('gives null without images', () => {
    const empty = confusion([], [], 3)
    expect([accuracy(empty), balancedAccuracy(empty), macroF1(empty)]).toEqual([null, null, null])
    expect(classFrequencyBaseline([1, 2], [0, 0])).toBeNull()
    expect(crossEntropy([], [], 3)).toBeNaN()
  })

  it('gives an infinite baseline where a class was never trained on', () => {
    expect(classFrequencyBaseline([10, 0], [3, 1])).toBe(Infinity)
    expect(classFrequencyBaseline([10, 0], [3, 0])).toBe(0)
  })

  it('scores a diverged model as data', () => {
    const scores = scoreLogits(new Float32Array(9).fill(Number.NaN), [0, 1, 2], ['a', 'b', 'c'], { ordered: true })
    expect([scores.brier, scores.ece]).toEqual([Number.NaN, Number.NaN])
    expect(scores.loss).toBeNaN()
    expect(scores.auc).toBeNaN()
    expect(scores.accuracy).toBeCloseTo(1 / 3)
    expect(scores.confusion).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ])
  })

  it('predicts the first of equal logits, and NaN before any number', () => {
    expect([...predictedClasses([1, 1, 0, 0, Number.NaN, 9, Number.NEGATIVE_INFINITY, -5, -5], 3)]).toEqual([0, 1, 1])
  })

  it('stays finite for large logits', () => {
    expect(crossEntropy(Float32Array.of(1e30, -1e30), [0], 2)).toBe(0)
    expect(crossEntropy([1000, 0], [1], 2)).toBe(1000)
  })

  it('puts a confidence on the edge of a bin below it, and a sure one in the last bin', () => {
    // 3/15 and 2/15: one bin each; 1 with 14.5/15: the same bin, whose gaps cancel in part
    const five = [3 / 15, 0.2, 0.2, 0.2, 0.2]
    expect(calibrationError(five, [0], 5)).toBeCloseTo(0.8, 12)
    expect(calibrationError([1, 0, 14.5 / 15, 0.5 / 15], [0, 1], 2)).toBeCloseTo(Math.abs(1 - 14.5 / 15 - 1 + 0) / 2 + 0, 12)
  })

  it('has a weighted kappa only where classes are ordered and chance does not agree wholly', () => {
    const sure = Float32Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9)
    const kappa = (ordered: boolean) => scoreLogits(sure, [0, 1, 2], ['a', 'b', 'c'], { ordered }).quadraticWeightedKappa
    expect([kappa(true), kappa(false)]).toEqual([1, null])
    expect(
      quadraticWeightedKappa([
        [5, 0],
        [0, 0],
      ]),
    ).toBeNull()
    expect(
      quadraticWeightedKappa([
        [0, 0],
        [0, 0],
      ]),
    ).toBeNull()
  })

  it('refuses shapes that disagree and labels that are no class', () => {
    expect(() => softmax([1, 2, 3], 2)).toThrow(RangeError)
    expect(() => softmax([1, 2, 3], 0)).toThrow(RangeError)
    expect(() => crossEntropy([1, 2], [0, 1], 2)).toThrow('2 labels for 1 rows')
    expect(() => crossEntropy([1, 2], [2], 2)).toThrow('label 2 of row 0 is no class')
    expect(() => confusion([0], [-1], 2)).toThrow(RangeError)
    expect(() => classScores([[1]], ['a', 'b'])).toThrow(RangeError)
    expect(() => midRanks([Number.NaN])).toThrow(RangeError)
    expect(() => classFrequencyBaseline([1], [1, 2])).toThrow(RangeError)
    expect(() => scoreLogits([], [], ['a'], { ordered: false })).toThrow('no images')
  })
})
