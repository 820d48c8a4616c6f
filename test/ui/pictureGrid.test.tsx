/** Pictures in a grid: how many fit, how large, and their captions. */

import fc from 'fast-check'
import { Box } from 'ink'
import { expect, it } from 'vitest'
import { layOut, PictureGrid } from '../../src/ui/components/PictureGrid.tsx'
import { ThemeContext } from '../../src/ui/theme.ts'
import { PLAIN } from '../../src/ui/themes.ts'
import { draw } from './terminal.tsx'

const SQUARE = { width: 128, height: 128 }

it('fits any room, and never shows more than wanted', () => {
  const side = fc.integer({ min: 1, max: 200 })
  fc.assert(
    fc.property(side, side, side, side, fc.integer({ min: 1, max: 24 }), (width, height, w, h, most) => {
      const { across, down, cells } = layOut({ width, height }, { width: w, height: h }, { most })
      expect(across * down).toBeLessThanOrEqual(most)
      expect(across * (cells.columns + 2) - 2).toBeLessThanOrEqual(Math.max(width, 1))
      expect(cells.columns).toBeGreaterThan(0)
      if (across * down > 1) expect(down * (cells.rows + 1)).toBeLessThanOrEqual(height)
    }),
  )
})

it('shows as many as fit at the least size, and few as large as they can be', () => {
  expect(layOut({ width: 98, height: 24 }, SQUARE)).toEqual({
    across: 6,
    down: 3,
    cells: { columns: 14, rows: 7 },
    room: 14,
  })
  expect(layOut({ width: 98, height: 24 }, SQUARE, { most: 2, captions: 2 })).toEqual({
    across: 2,
    down: 1,
    cells: { columns: 40, rows: 20 },
    room: 48,
  })
})

it('marks the chosen picture by brackets, not by colour alone', async () => {
  const pixels = { width: 2, height: 2, rgb: new Uint8Array(12).fill(128) }
  const tiles = ['a', 'b', 'c'].map(key => ({ key, pixels, captions: [key], chosen: key === 'b' }))
  const layout = layOut({ width: 30, height: 10 }, SQUARE, { least: 6 })
  const drawn = draw(
    <ThemeContext value={PLAIN}>
      <Box flexDirection="column" width={30}>
        <PictureGrid width={30} layout={layout} tiles={tiles} />
      </Box>
    </ThemeContext>,
    { columns: 30, rows: 10 },
  )
  await drawn.until('▒▒')
  expect(drawn.lines().join('\n')).toMatch(/a +\[b\] +c/)
})
