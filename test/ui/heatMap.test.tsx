/** The grid of cells, with and without colours. */
import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '3'
  process.env.COLORTERM = 'truecolor'
})

import type { ReactElement } from 'react'
import { viridis } from '../../src/core/explain/index.ts'
import { HeatMap } from '../../src/ui/components/HeatMap.tsx'
import { tintOf } from '../../src/ui/components/tint.ts'
import { columnsOf } from '../../src/ui/format/columns.ts'
import { ThemeContext } from '../../src/ui/theme.ts'
import { PLAIN } from '../../src/ui/themes.ts'
import { draw } from './terminal.tsx'

const cell = (text: string, note: string, share: number | null) => ({
  text,
  note,
  tint: share === null ? null : viridis(share),
})
const ROWS = [
  { name: '100/0', cells: [cell('0.6312', '20', 0), cell('0.6641', '⠹14', 0.5), cell('·', '', null)] },
  { name: '80/0 \x1b[2Jx', cells: [cell('0.7015', '19✕', 1), cell('✕', '3', null), cell('·', '⠼', null)] },
]
const GRID = { title: 'cnn', columns: ['none', 'flip', 'autoaugment'], rows: ROWS, cursor: { row: 1, column: 0 } }

const plain = (tree: ReactElement) => <ThemeContext value={PLAIN}>{tree}</ThemeContext>

describe('the heat grid', () => {
  it('stands in its columns, the cursor in brackets, names made safe', () => {
    expect(draw(<HeatMap width={70} height={3} {...GRID} />).lines()).toMatchInlineSnapshot(`
      [
        "  cnn                           none          flip       autoaugment",
        "  100/0                       0.6312 20     0.6641 ⠹14         ·",
        "▸ 80/0 \\x1b[2Jx             [ 0.7015 19✕ ]       ✕ 3           · ⠼",
      ]
    `)
  })

  it('tints cells by their value and writes on them so that it can be read', () => {
    const frame = draw(<HeatMap width={70} height={3} {...GRID} />).frame()
    // The ends of viridis as matplotlib has them: dark under white, light under black.
    expect(frame).toContain('\x1b[48;2;68;1;84m\x1b[38;2;255;255;255m 0.6312')
    expect(frame).toContain('\x1b[48;2;253;231;36m')
    expect(tintOf(viridis(1)).color).toBe('#000000')
    expect(tintOf([255, 255, 255]).color).toBe('#000000')
    expect(tintOf([0, 0, 0]).color).toBe('#ffffff')
  })

  it('loses nothing without colours', () => {
    const tree = <HeatMap width={70} height={3} {...GRID} />
    const uncoloured = draw(plain(tree))
    expect(uncoloured.lines()).toEqual(draw(tree).lines())
    expect(uncoloured.frame()).not.toMatch(/\[[34]8;/)
  })

  it('shows the part around the cursor and says where more is', () => {
    const columns = Array.from({ length: 9 }, (_, i) => `p${i}`)
    const rows = Array.from({ length: 12 }, (_, r) => ({
      name: `s${r}`,
      cells: columns.map((_, c) => cell(`${r}.${c}`, '', null)),
    }))
    const lines = draw(
      <HeatMap width={60} height={5} title="cnn" columns={columns} rows={rows} cursor={{ row: 6, column: 4 }} />,
    ).lines()
    expect(lines).toMatchInlineSnapshot(`
      [
        "  cnn       ↑4 ↓4 ‹     p3            p4            p5     ›",
        "  s4                   4.3           4.4           4.5",
        "  s5                   5.3           5.4           5.5",
        "▸ s6                   6.3      [    6.4     ]     6.5",
        "  s7                   7.3           7.4           7.5",
      ]
    `)
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(60)
  })
})
