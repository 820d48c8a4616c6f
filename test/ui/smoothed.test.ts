/** Smoothing and letters of lines. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { brailleRows } from '../../src/ui/components/braille.ts'
import { smoothed } from '../../src/ui/components/smoothed.ts'

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 })

it('leaves lines as they are at 0, keeps constants, and stays between the least and the greatest value so far', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 0.99, noNaN: true }), (ys, weight) => {
      const points = ys.map((y, x) => [x, y] as const)
      expect(smoothed(points, 0)).toEqual(points)
      for (const [i, [x, y]] of smoothed(points, weight).entries()) {
        expect(x).toBe(i)
        const seen = ys.slice(0, i + 1)
        expect(y).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9)
        expect(y).toBeLessThanOrEqual(Math.max(...seen) + 1e-9)
      }
    }),
  )
  expect(
    smoothed(
      [
        [0, 2],
        [1, 2],
      ],
      0.9,
    ),
  ).toEqual([
    [0, 2],
    [1, 2],
  ])
  // 0.5: (0.5 * 1 + 0 ...) without bias: 1, then (0.25 * 1 + 0.5 * 3) / 0.75.
  expect(
    smoothed(
      [
        [0, 1],
        [1, 3],
      ],
      0.5,
    )[1]![1],
  ).toBeCloseTo(1.75 / 0.75, 12)
  expect(
    smoothed(
      [
        [0, 1],
        [1, Number.NaN],
        [2, 1],
      ],
      0.5,
    ),
  ).toEqual([
    [0, 1],
    [1, Number.NaN],
    [2, 1],
  ])
})

it('puts a letter where a line ends, beside another that ends there too', () => {
  const canvas = { columns: 6, rows: 2, x: { from: 0, to: 1 }, y: { from: 0, to: 1 } }
  const line = (letter: string) => ({
    points: [
      [0, 0],
      [1, 1],
    ] as const,
    letter,
  })
  const [top = []] = brailleRows([line('A'), line('B')], canvas)
  expect(top.map(segment => segment.text).join('')).toMatch(/BA$/)
  const [lettered] = brailleRows([line('A')], canvas)
  expect(lettered?.map(segment => segment.text).join('')).toHaveLength(6)
})
