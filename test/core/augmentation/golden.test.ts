import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  IMAGENET,
  isScaled,
  isSigned,
  magnitudeOf,
  OPERATION_NAMES,
  type OperationName,
  perform,
  type Step,
} from '../../../src/core/augmentation/index.ts'
import { bin, MAGNITUDES } from '../../../src/core/augmentation/magnitude.ts'
import type { GreyImage } from '../../../src/core/dataset/index.ts'

// torchvision 0.29.2's AutoAugment on PIL images of mode L: fixtures/augmentation/make_autoaugment_golden.py
const here = new URL('../../../fixtures/augmentation/', import.meta.url)
interface Golden {
  readonly policy: readonly (readonly [string, number, number | null])[][]
  readonly signed: readonly string[]
  readonly magnitudes: Readonly<Record<string, readonly number[]>>
  readonly translate: Readonly<Record<string, readonly number[]>>
  readonly operations: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly subPolicies: Readonly<Record<string, readonly string[]>>
  readonly pixels: Readonly<Record<string, string>>
  readonly v2: { readonly Solarize: Readonly<Record<string, number>> }
}
const golden = JSON.parse(readFileSync(new URL('autoaugment.golden.json', here), 'utf8')) as Golden
const images = new Map<string, GreyImage>()

beforeAll(async () => {
  for (const file of readdirSync(new URL('images/', here))) {
    const png = sharp(fileURLToPath(new URL(`images/${file}`, here))).toColourspace('b-w')
    const { data, info } = await png.raw().toBuffer({ resolveWithObject: true })
    images.set(file.replace('.png', ''), { width: info.width, height: info.height, pixels: new Uint8Array(data) })
  }
})

const bins = (name: OperationName) => (isScaled(name) ? Array.from({ length: MAGNITUDES }, (_, at) => at) : [null])
const signs = (name: OperationName) => (isSigned(name) ? ([1, -1] as const) : ([1] as const))

function changed(steps: readonly Step[], image: GreyImage): Uint8Array {
  const result = new Uint8Array(image.pixels.length)
  perform(steps, image, result)
  return result
}
const crcs = (results: readonly Uint8Array[]) => results.map(pixels => crc32(pixels).toString(16).padStart(8, '0')).join('')

describe('the policy', () => {
  it("is torchvision's IMAGENET policy", () => {
    expect(IMAGENET).toEqual(golden.policy)
  })
  it('has its operations, signs and magnitudes', () => {
    expect(OPERATION_NAMES.filter(isSigned)).toEqual(golden.signed)
    for (const [name, values] of Object.entries(golden.magnitudes)) {
      expect(values.map((_, at) => magnitudeOf(name as OperationName, at, 1, 128, 128))).toEqual(values)
    }
  })
  it('translates by shares of the side it translates along', () => {
    for (const [side, values] of Object.entries(golden.translate)) {
      expect(values.map((_, at) => magnitudeOf('TranslateX', at, 1, Number(side), 3))).toEqual(values)
      expect(values.map((_, at) => magnitudeOf('TranslateY', at, -1, 3, Number(side)))).toEqual(values.map(value => -value))
    }
  })
  it('solarizes at the thresholds of version 1 of the transforms, where version 2 leaves out levels 170 and 85', () => {
    const differ = Object.entries(golden.v2.Solarize).filter(
      ([at, v2]) => Math.ceil(v2) !== Math.ceil(bin(255, 0, Number(at))),
    )
    expect(differ.map(([at]) => at)).toEqual(['3', '6'])
  })
})

describe("each operation, at every magnitude and sign, is the authority's to the pixel", () => {
  it.each(Object.keys(golden.operations))('on the image %s', name => {
    const image = images.get(name)!
    const wrong = Object.entries(golden.operations[name]!).filter(([key, expected]) => {
      const [operation, sign] = key.split(' ') as [OperationName, string]
      const steps = bins(operation).map(magnitude => ({ operation, magnitude, sign: Number(sign) as 1 | -1 }))
      return crcs(steps.map(step => changed([step], image))) !== expected
    })
    expect(wrong.map(([key]) => key)).toEqual([])
  })
  it('every operation is there', () => {
    const keys = OPERATION_NAMES.flatMap(name => signs(name).map(sign => `${name} ${sign}`))
    for (const image of Object.values(golden.operations)) expect(Object.keys(image)).toEqual(keys)
  })
  it('in full on a small image, to tell where it is wrong', () => {
    for (const [key, base64] of Object.entries(golden.pixels)) {
      const [operation, magnitude, sign] = key.split(' ') as [OperationName, string, string]
      const step: Step = {
        operation,
        magnitude: magnitude === 'None' ? null : Number(magnitude),
        sign: Number(sign) as 1 | -1,
      }
      expect([...changed([step], images.get('small')!)], key).toEqual([...Buffer.from(base64, 'base64')])
    }
  })
})

describe('each sub-policy, with either operation left out and either sign', () => {
  it.each(Object.keys(golden.subPolicies))('on the image %s', name => {
    const pairs = [0, 1].flatMap(first => [0, 1].map(second => [first, second] as const))
    const wrong = golden.subPolicies[name]!.filter((expected, at) => {
      const results = pairs.flatMap(which =>
        pairs.map(bits => {
          const steps = IMAGENET[at]!.map(([operation, , magnitude], i): Step => {
            return { operation, magnitude, sign: bits[i] === 0 ? -1 : 1 }
          })
          return changed(
            steps.filter((_, i) => which[i] === 1),
            images.get(name)!,
          )
        }),
      )
      return crcs(results) !== expected
    })
    expect(wrong).toEqual([])
  })
})
