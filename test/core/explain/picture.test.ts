import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import {
  encodeNpy,
  enlarged,
  greyPicture,
  inColumn,
  inRow,
  mapPicture,
  overlay,
  panel,
  resizeBilinear,
  type Size,
  upsample,
  VIRIDIS,
  viridis,
  viridisIndex,
  writeNpy,
  writePng,
} from '../../../src/core/explain/index.ts'

interface Golden {
  readonly resizes: readonly {
    readonly from: readonly [number, number]
    readonly to: readonly [number, number]
    readonly values: readonly number[]
    readonly resized: readonly number[]
    readonly picture: readonly number[]
  }[]
  readonly viridis: {
    readonly sha256: string
    readonly positions: readonly number[]
    readonly colours: readonly (readonly [number, number, number])[]
  }
  readonly npy: readonly {
    readonly shape: readonly [number, number]
    readonly values: readonly number[]
    readonly base64: string
  }[]
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/explain/picture.golden.json', import.meta.url), 'utf8'),
)
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-explain-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sizeOf = ([height, width]: readonly [number, number]): Size => ({ height, width })

function expectNear(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance)
}

describe('resize agrees with OpenCV, and the picture with pytorch-grad-cam', () => {
  it.each(golden.resizes)('$from to $to', ({ from, to, values, resized, picture }) => {
    const map = Float32Array.from(values)
    expectNear(resizeBilinear(map, sizeOf(from), sizeOf(to)), resized, 1e-6)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const scaled = map.map(value => (value - low) / (high - low + 1e-7))
    expectNear(upsample(scaled, sizeOf(from), sizeOf(to)), picture, 1e-5)
  })

  it('never leaves the range of its values', () => {
    const side = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
        (h, w, H, W, stream) => {
          const values = Float32Array.from({ length: h * w }, () => stream.next().value)
          const result = resizeBilinear(values, { height: h, width: w }, { height: H, width: W })
          expect(Math.min(...result)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-7)
          expect(Math.max(...result)).toBeLessThanOrEqual(Math.max(...values) + 1e-7)
        },
      ),
    )
  })

  it('refuses sizes that do not fit', () => {
    expect(() => resizeBilinear(new Float32Array(3), { height: 2, width: 2 }, { height: 2, width: 2 })).toThrow(RangeError)
    expect(() => resizeBilinear(new Float32Array(4), { height: 2, width: 2 }, { height: 0, width: 2 })).toThrow(RangeError)
  })
})

describe('viridis', () => {
  it('is matplotlib byte for byte', () => {
    expect(createHash('sha256').update(VIRIDIS).digest('hex')).toBe(golden.viridis.sha256)
    expect(golden.viridis.positions.map(viridis)).toEqual(golden.viridis.colours)
  })

  it('draws NaN as 0', () => {
    expect(viridisIndex(Number.NaN)).toBe(0)
  })
})

describe('pictures', () => {
  const size = { height: 2, width: 3 }
  const grey = Uint8Array.of(0, 50, 100, 150, 200, 255)
  const map = Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1)

  it('opacity goes from the image to the map', () => {
    expect(overlay(grey, map, size, 0)).toEqual(greyPicture(grey, size))
    expect(overlay(grey, map, size, 1)).toEqual(mapPicture(map, size))
    const [red] = viridis(0.4)
    expect(overlay(grey, map, size, 0.25).rgb[6]).toBe(Math.round(100 * 0.75 + red * 0.25))
    expect(() => overlay(grey, map, size, 1.1)).toThrow(RangeError)
    expect(() => overlay(grey, map, { height: 2, width: 2 }, 0.5)).toThrow(RangeError)
  })

  it('enlarges each pixel to a square', () => {
    const big = enlarged(greyPicture(grey, size), 3)
    expect([big.height, big.width]).toEqual([6, 9])
    expect(big.rgb[3 * (5 * 9 + 8)]).toBe(255)
    expect(big.rgb[3 * (2 * 9 + 5)]).toBe(50)
    expect(() => enlarged(big, 1.5)).toThrow(RangeError)
  })

  it('stands in rows and columns', () => {
    const picture = greyPicture(grey, size)
    const row = inRow([picture, enlarged(picture, 2)], 1)
    expect([row.height, row.width]).toEqual([4, 10])
    expect([row.rgb[3 * 2], row.rgb[3 * 3], row.rgb[3 * 20]]).toEqual([100, 128, 128])
    const column = inColumn([picture, enlarged(picture, 2)], 1)
    expect([column.height, column.width]).toEqual([7, 6])
    expect(column.rgb[3 * (6 * 6 + 5)]).toBe(255)
  })

  it('a panel of a small image is legible', () => {
    const small = panel(new Uint8Array(64 * 64), new Float32Array(64 * 64), { height: 64, width: 64 })
    expect([small.height, small.width]).toEqual([256, 3 * 256 + 16])
    const large = panel(new Uint8Array(300 * 400), new Float32Array(300 * 400), { height: 300, width: 400 })
    expect([large.height, large.width]).toEqual([300, 1216])
    const chosen = panel(grey, map, size, { scale: 2, opacity: 1 })
    expect([chosen.height, chosen.width]).toEqual([4, 34])
  })

  it('a PNG holds the same pixels', async () => {
    const path = join(folder, 'panel.png')
    const picture = panel(grey, map, size, { scale: 1 })
    await writePng(path, picture)
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
    expect([info.height, info.width, info.channels]).toEqual([picture.height, picture.width, 3])
    expect(new Uint8Array(data)).toEqual(picture.rgb)
    expect(readdirSync(folder)).toEqual(['panel.png'])
  })

  it('says which file it cannot write', async () => {
    const path = join(folder, 'absent', 'panel.png')
    await expect(writePng(path, greyPicture(grey, size))).rejects.toMatchObject({ kind: 'failed' })
    await expect(writeNpy(path, map, size)).rejects.toThrow(`cannot write ${path}`)
  })
})

describe('.npy', () => {
  it.each(golden.npy)('is what numpy.save writes for $shape', async ({ shape, values, base64 }) => {
    const bytes = encodeNpy(Float32Array.from(values), sizeOf(shape))
    expect(Buffer.from(bytes).toString('base64')).toBe(base64)
    const path = join(folder, 'map.npy')
    await writeNpy(path, Float32Array.from(values), sizeOf(shape))
    expect(readFileSync(path).toString('base64')).toBe(base64)
  })

  it('refuses a size that does not fit', () => {
    expect(() => encodeNpy(new Float32Array(3), { height: 2, width: 2 })).toThrow(RangeError)
  })
})
