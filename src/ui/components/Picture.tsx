import { Box, type DOMElement, measureElement, Text, useStdout } from 'ink'
import { memo, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react'
import { padded } from '../format/padded.ts'
import type { Place } from '../pictures/overlays.ts'
import type { Drawing } from '../pictures/pictures.ts'
import type { Pixels } from '../pictures/pixels.ts'
import { usePictures } from '../pictures/usePictures.ts'
import type { Cells } from './pictureCells.ts'

interface PictureProps {
  readonly pixels: Pixels
  /** Its exact size in characters: see `cellsFor`. */
  readonly cells: Cells
}

/** A picture of pixels, as the terminal can best draw it. Blank until it is drawn; while another is drawn in its place, the former stays. */
export const Picture = memo(function Picture({ pixels, cells: { columns, rows } }: PictureProps) {
  const pictures = usePictures()
  const version = pictures.version()
  const key = pictures.key(pixels, { columns, rows })
  // Another way of drawing, or a terminal given back and had again, makes what stood there worthless.
  const size = `${columns}x${rows} ${version}`
  const former = useRef<{ readonly size: string; readonly drawing: Drawing; readonly key: string } | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const kept = pictures.kept(key)

  useEffect(() => {
    if (kept !== undefined) former.current = { size, drawing: kept, key }
  }, [kept, size, key])
  useEffect(() => {
    if (pictures.kept(key) !== undefined) return
    let wanted = true
    pictures.draw(pixels, { columns, rows }).then(
      () => wanted && drawAgain(),
      () => wanted && setFailed(key),
    )
    return () => {
      wanted = false
    }
  }, [pictures, pixels, columns, rows, key])

  const stands = former.current?.size === size ? former.current : null
  const drawing = kept ?? (failed === key ? undefined : stands?.drawing)
  const shown = kept === undefined ? stands?.key : key
  useEffect(() => (shown === undefined ? undefined : pictures.hold(shown)), [pictures, shown])
  const box = useOverlay(drawing?.over ?? null, { columns, rows })
  const blank = Array.from({ length: rows }, (_, row) => padded(row === 0 && failed === key ? 'no picture' : '', columns))
  return (
    <Box ref={box} width={columns} height={rows} flexShrink={0}>
      <Text>{(drawing?.lines ?? blank).join('\n')}</Text>
    </Box>
  )
})

/** Milliseconds: the frame that belongs to a picture is written first, where there is one. */
const AFTER_FRAME = 20

/** Has `sequence` drawn over the returned box while that is seen whole. */
function useOverlay(sequence: string | null, { columns, rows }: Cells): React.RefObject<DOMElement | null> {
  const { overlays, window } = usePictures()
  const { stdout } = useStdout()
  const box = useRef<DOMElement>(null)
  useLayoutEffect(() => {
    if (sequence === null) return
    const place = (): Place | null => {
      if (box.current === null) return null
      const { x, y, width, height } = measureElement(box.current)
      const most = window()
      const whole = width === columns && height === rows && x + columns <= most.columns && y + rows <= most.rows
      return whole ? { left: x, top: y, columns, rows } : null
    }
    const end = overlays.show(sequence, place)
    // Where one picture takes the place of another, the text around it may be the same: no frame would come.
    const timer = setTimeout(() => {
      const due = overlays.due()
      if (due !== '') stdout.write(due)
    }, AFTER_FRAME)
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [sequence, columns, rows, overlays, stdout, window])
  return box
}
