import { Text } from 'ink'
import { memo, useEffect, useMemo, useState } from 'react'
import type { Cells } from './pictureCells.ts'
import { drawingKey, drawRows, keptDrawing, type Pixels } from './pictureRows.ts'

export interface PictureProps {
  readonly pixels: Pixels
  /** Its exact size in characters: see `cellsFor`. */
  readonly cells: Cells
  readonly colour: boolean
}

/** A picture of pixels. Blank until it is drawn; while another is drawn in its place, the former stays. */
export const Picture = memo(function Picture({ pixels, cells: { columns, rows }, colour }: PictureProps) {
  const key = useMemo(() => drawingKey(pixels, { columns, rows }, colour), [pixels, columns, rows, colour])
  const [drawn, setDrawn] = useState<{ readonly size: string; readonly lines: readonly string[] } | null>(null)
  const size = `${columns}x${rows}`

  useEffect(() => {
    let wanted = true
    const blank = Array.from({ length: rows }, () => ' '.repeat(columns))
    drawRows(pixels, { columns, rows }, colour).then(
      lines => wanted && setDrawn({ size, lines }),
      () =>
        wanted && setDrawn({ size, lines: ['no picture', ...blank].map(line => line.padEnd(columns).slice(0, columns)) }),
    )
    return () => {
      wanted = false
    }
  }, [pixels, columns, rows, colour, size])

  const lines =
    keptDrawing(key) ?? (drawn?.size === size ? drawn.lines : Array.from({ length: rows }, () => ' '.repeat(columns)))
  return <Text>{lines.slice(0, rows).join('\n')}</Text>
})
