/** Curves in braille dots as text. */
import fc from 'fast-check'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { BrailleChart } from '../../src/ui/components/BrailleChart.tsx'
import { brailleRows, type Line } from '../../src/ui/components/braille.ts'
import { columnsOf } from '../../src/ui/format/columns.ts'
import { linesOf } from './terminal.tsx'

afterEach(cleanup)

const drawn = (tree: Parameters<typeof render>[0]) => linesOf(render(tree).lastFrame() ?? '')

describe('braille lines', () => {
  const canvas = { columns: 4, rows: 2, x: { from: 0, to: 7 }, y: { from: 0, to: 7 } }
  const text = (lines: readonly Line[], given = canvas) =>
    brailleRows(lines, given).map(row => row.map(segment => segment.text).join(''))

  it('put each point on its dot', () => {
    const corner = (x: number, y: number) => text([{ points: [[x, y]] }])
    expect(corner(0, 7)).toEqual(['⠁   ', '    '])
    expect(corner(7, 7)).toEqual(['   ⠈', '    '])
    expect(corner(0, 0)).toEqual(['    ', '⡀   '])
    expect(corner(7, 0)).toEqual(['    ', '   ⢀'])
    expect(corner(3, 4)).toEqual([' ⢀  ', '    '])
  })

  it('join the points', () => {
    const points = [
      [0, 0],
      [7, 7],
    ] as const
    expect(text([{ points }])).toEqual(['  ⡠⠊', '⡠⠊  '])
    expect(text([{ points, dotted: true }])).toEqual(['  ⡀⠂', '⡀⠂  '])
  })

  it('break where a point is not finite, and leave it out', () => {
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map(x => [x, x === 3 ? Number.NaN : x === 6 ? Infinity : 4] as const)
    expect(text([{ points }])).toEqual(['⣀⡀⣀⢀', '    '])
    expect(text([{ points: [[0, Number.NaN]] }])).toEqual(['    ', '    '])
  })

  it('say whose dots they are: the later line where two share a character', () => {
    const flat = (y: number, from: number, to: number) => ({
      points: [
        [from, y],
        [to, y],
      ] as const,
    })
    expect(brailleRows([flat(7, 0, 7), flat(4, 4, 7)], canvas)[0]).toEqual([
      { text: '⠉⠉', line: 0 },
      { text: '⣉⣉', line: 1 },
    ])
  })

  it('draw a single number in the middle', () => {
    expect(text([{ points: [[0, 3]] }], { ...canvas, x: { from: 0, to: 0 }, y: { from: 3, to: 3 } })).toEqual([
      '  ⡀ ',
      '    ',
    ])
  })

  it('fill exactly the canvas, whatever the points', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number), { maxLength: 20 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        (points, columns, rows) => {
          const shown = text([{ points }], { columns, rows, x: { from: -1, to: 1 }, y: { from: 0, to: 1 } })
          expect(shown.map(row => row.length)).toEqual(Array.from({ length: rows }, () => columns))
        },
      ),
    )
  })
})

describe('a line chart', () => {
  const falling = [1, 2, 3, 4].map(x => [x, 1 / x] as const)
  const rising = [1, 2, 3, 4].map(x => [x, x / 4] as const)
  const lines = [
    { name: 'validation', points: falling },
    { name: 'training', points: rising, dotted: true },
  ]

  it('labels its axes, names its lines and points at the best', () => {
    const tree = <BrailleChart width={32} height={8} lines={lines} across="epoch" mark={{ x: 2, says: 'best, epoch 2' }} />
    expect(drawn(tree)).toMatchInlineSnapshot(`
      [
        "⠤⠤⠤ validation   ⠄⠄⠄ training",
        "      1 ⠑⠤⡀                ⡀⡀⠄⠂⠁",
        "          ⠈⠢⣀         ⡀⠄⠄⠂⠁",
        "             ⠑⢄⡀  ⡀⠄⠂⠁",
        "             ⡀⡀⠌⠒⠥⠤⣀⣀",
        " 0.2500 ⡀⠄⠄⠂⠁        ⠉⠉⠒⠒⠢⠤⠤⠤⢄⣀⣀",
        "                ▴ best, epoch 2",
        "        1       2      3   epoch",
      ]
    `)
  })

  it('draws logarithms, leaving out what has none', () => {
    const points = [1, 10, 100, 0].map((y, x) => [x, y] as const)
    const tree = <BrailleChart width={24} height={8} lines={[{ name: 'loss', points }]} across="epoch" log />
    expect(drawn(tree)).toMatchInlineSnapshot(`
      [
        "    log ⠤⠤⠤ loss",
        "    100         ⢀⠤⠊",
        "              ⣀⠔⠁",
        "            ⡠⠊",
        "          ⡠⠊",
        "      1 ⡠⠊",
        "",
        "        0    1     epoch",
      ]
    `)
  })

  it('reads its lines where one asks: a rule behind them, their values beside their names', () => {
    const tree = <BrailleChart width={50} height={8} lines={lines} across="epoch" at={3} mark={{ x: 2, says: 'best' }} />
    expect(drawn(tree)).toMatchInlineSnapshot(`
      [
        "⠤⠤⠤ validation 0.3333   ⠄⠄⠄ training 0.7500",
        "      1 ⠉⠒⠤⣀                       ┊      ⡀⡀⠄⠄⠄⠂⠂⠁",
        "            ⠉⠒⠤⣀⡀                ⡀⡀⠄⠄⠂⠂⠂⠁⠁",
        "                ⠈⠑⠢⢄⡀    ⡀⡀⠄⠄⠂⠂⠁⠁  ┊",
        "                 ⡀⡀⠄⠌⠓⠒⠓⠥⠤⠤⢄⣀⣀⡀    ┊",
        " 0.2500 ⡀⡀⠄⠄⠂⠂⠁⠁⠁             ⠈⠉⠉⠉⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀",
        "                                   ▴ epoch 3",
        "        1             2            3         epoch",
      ]
    `)
  })

  it('reads the values themselves where logarithms are drawn, and tells what has none', () => {
    const lettered = [
      { name: 'run 1', letter: 'A', points: [[1, 100] as const, [2, 10] as const] },
      { name: 'run 2', letter: 'B', points: [[1, 50] as const] },
    ]
    const legend = (at: number) => {
      return drawn(<BrailleChart width={60} height={8} lines={lettered} across="epoch" log at={at} />)[0]
    }
    expect(legend(1)).toBe('    log ⠤⠤⠤A 100   ⠤⠤⠤B 50')
    expect(legend(2)).toBe('    log ⠤⠤⠤A 10   ⠤⠤⠤B ·')
  })

  it('says how it is read where there is room for that, and nothing is read yet', () => {
    const legend = (width: number, at?: number) => {
      return drawn(<BrailleChart {...{ width, at, lines }} height={8} across="epoch" hint="←→ read" />)[0]
    }
    expect(legend(60)).toBe('        ⠤⠤⠤ validation   ⠄⠄⠄ training  ←→ read')
    expect(legend(44)).toBe('        ⠤⠤⠤ validation   ⠄⠄⠄ training')
    expect(legend(60, 1)).not.toContain('read')
  })

  it('says so where there is nothing to draw', () => {
    const tree = <BrailleChart width={40} height={8} lines={[{ name: 'a', points: [[1, Number.NaN]] }]} across="epoch" />
    expect(drawn(tree)).toEqual(['        nothing to draw yet'])
  })

  it('stays within its room', () => {
    for (const width of [12, 20, 33, 60, 97]) {
      for (const height of [4, 6, 9, 20]) {
        const points = Array.from({ length: width }, (_, x) => [x + 1, 1e-6 * Math.exp(x / 9)] as const)
        const mark = { x: width, says: `best, epoch ${width}` }
        const shown = drawn(
          <BrailleChart width={width} height={height} lines={[{ name: 'a', points }]} across="epoch" mark={mark} />,
        )
        expect(shown.length).toBe(height)
        for (const line of shown) expect(columnsOf(line)).toBeLessThanOrEqual(width)
        const read = drawn(
          <BrailleChart width={width} height={height} lines={[{ name: 'a', points }]} across="epoch" at={width} />,
        )
        expect(read.length).toBe(height)
        for (const line of read) expect(columnsOf(line)).toBeLessThanOrEqual(width)
      }
    }
  })
})
