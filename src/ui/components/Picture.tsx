import { Text } from 'ink'
import { memo, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { padded } from '../format/padded.ts'
import type { Cells } from './pictureCells.ts'
import { drawingKey, drawRows, keptDrawing, type Pixels } from './pictureRows.ts'

interface PictureProps {
  readonly pixels: Pixels
  /** Its exact size in characters: see `cellsFor`. */
  readonly cells: Cells
  readonly colour: boolean
}

/** A picture of pixels. Blank until it is drawn; while another is drawn in its place, the former stays. */
export const Picture = memo(function Picture({ pixels, cells: { columns, rows }, colour }: PictureProps) {
  const key = useMemo(() => drawingKey(pixels, { columns, rows }, colour), [pixels, columns, rows, colour])
  const size = `${columns}x${rows}`
  const former = useRef<{ readonly size: string; readonly lines: readonly string[] } | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const kept = keptDrawing(key)

  useEffect(() => {
    if (kept !== undefined) former.current = { size, lines: kept }
  }, [kept, size])
  useEffect(() => {
    if (keptDrawing(key) !== undefined) return
    let wanted = true
    drawRows(pixels, { columns, rows }, colour).then(
      () => wanted && drawAgain(),
      () => wanted && setFailed(key),
    )
    return () => {
      wanted = false
    }
  }, [pixels, columns, rows, colour, key])

  const blank = (says = ''): string[] => Array.from({ length: rows }, (_, row) => padded(row === 0 ? says : '', columns))
  const before = former.current?.size === size ? former.current.lines : null
  const lines = kept ?? (failed === key ? blank('no picture') : (before ?? blank()))
  return <Text>{lines.join('\n')}</Text>
})
