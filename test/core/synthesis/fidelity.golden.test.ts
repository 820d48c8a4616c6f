import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clustering } from '../../../src/core/synthesis/fidelity/clusters.ts'
import { heldOutScores, withinFoldArea } from '../../../src/core/synthesis/fidelity/detector.ts'
import type { Features } from '../../../src/core/synthesis/fidelity/features.ts'
import { kernelDistance } from '../../../src/core/synthesis/fidelity/kid.ts'
import { manifold } from '../../../src/core/synthesis/fidelity/manifold.ts'
import { copyThreshold } from '../../../src/core/synthesis/fidelity/memorisation.ts'
import { principalScores } from '../../../src/core/synthesis/fidelity/principalComponents.ts'
import { ssim } from '../../../src/core/synthesis/fidelity/ssim.ts'
import { textures } from '../../../src/core/synthesis/fidelity/texture.ts'

type Rows = readonly (readonly number[])[]
interface Listed {
  readonly width: number
  readonly height: number
  readonly pixels: readonly number[]
}
interface Golden {
  readonly ssim: readonly { a: Listed; b: Listed; ssim: number }[]
  readonly manifold: readonly {
    real: Rows
    synthetic: Rows
    k: number
    precision: number
    recall: number
    density: number
    coverage: number
  }[]
  readonly kernelDistance: readonly { real: Rows; synthetic: Rows; clusters: number[]; value: number; error: number }[]
  readonly components: readonly { values: Rows; reference: number[]; count: number; scores: Rows }[]
  readonly detector: { values: Rows; synthetic: boolean[]; fold: number[]; scores: number[]; auc: number }
  readonly textures: readonly { image: Listed; textures: number[] }[]
  readonly threshold: { values: number[]; threshold: number }
}

const file = new URL('../../../fixtures/synthesis/fidelity/fidelity.golden.json', import.meta.url)
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden

const features = (rows: Rows): Features => ({
  rows: rows.length,
  width: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
})
const image = ({ width, height, pixels }: Listed) => ({ width, height, pixels: Uint8Array.from(pixels) })

it.each(golden.ssim.map((one, i) => ({ one, i })))("SSIM of pair $i is scikit-image's", ({ one }) => {
  expect(ssim(image(one.a), image(one.b))).toBeCloseTo(one.ssim, 12)
})

it.each(golden.manifold.map((one, i) => ({ one, i })))(
  "precision, recall, density and coverage $i are prdc's",
  ({ one }) => {
    const { real, synthetic, k, ...wanted } = one
    const found = manifold(features(real), features(synthetic), k)
    for (const name of ['precision', 'recall', 'density', 'coverage'] as const)
      expect(found?.[name], name).toBeCloseTo(wanted[name], 12)
  },
)

it.each(golden.kernelDistance.map((one, i) => ({ one, i })))(
  "the kernel distance $i is torchmetrics' or scikit-learn's, its error the jackknife's",
  ({ one }) => {
    const found = kernelDistance(features(one.real), features(one.synthetic), clustering(one.clusters.map(String)))!
    expect(found.value).toBeCloseTo(one.value, 10)
    expect((found.high - found.low) / (2 * 1.96)).toBeCloseTo(one.error, 10)
  },
)

it.each(golden.components.map((one, i) => ({ one, i })))("principal components $i are scikit-learn's", ({ one }) => {
  const found = principalScores(features(one.values), one.reference, one.count)
  expect(found.width).toBe(one.count)
  for (const [i, value] of one.scores.flat().entries()) expect(found.values[i]).toBeCloseTo(value, 9)
})

describe('the detector', () => {
  const { values, synthetic, fold, scores, auc } = golden.detector
  const found = heldOutScores(features(values), synthetic, Int32Array.from(fold))

  it("scores held-out images as scikit-learn's pipeline", () => {
    for (const [i, score] of scores.entries()) expect(found[i]).toBeCloseTo(score, 5)
  })

  it('has the area of scikit-learn, fold by fold', () => {
    expect(withinFoldArea(found, synthetic, Int32Array.from(fold))()).toBeCloseTo(auc, 12)
  })
})

it("textures are PyWavelets' Haar details", () => {
  for (const one of golden.textures) {
    const found = textures([image(one.image)])
    for (const [i, value] of one.textures.entries()) expect(found.values[i]).toBeCloseTo(value, 10)
  }
})

it("the copy threshold is NumPy's quantile", () => {
  expect(copyThreshold(golden.threshold.values)).toBe(golden.threshold.threshold)
})
