/** The Grad-CAM screen's pictures beside each other, and what the model answered. */
import { Box } from 'ink'
import { useMemo } from 'react'
import { greyPicture, mapPicture, overlay } from '../../core/explain/overlay.ts'
import { Bars } from '../components/Bars.tsx'
import { Blank } from '../components/Blank.tsx'
import { Picture } from '../components/Picture.tsx'
import { type Cells, cellsFor } from '../components/pictureCells.ts'
import { Row } from '../components/Row.tsx'
import { wrapped } from '../format/wrapped.ts'
import type { Explanation } from '../lab.ts'
import { usePictureShape } from '../pictures/usePictures.ts'
import { useTheme } from '../theme.ts'

/** An image with its map. */
export interface ShownMap {
  readonly title: string
  readonly explanation: Pick<Explanation, 'size' | 'pixels'>
  /** At the image's size, 0 to 1. */
  readonly drawn: Float32Array
}

interface PanesProps {
  readonly width: number
  readonly height: number
  /** One under the other. */
  readonly maps: readonly ShownMap[]
  /** Whose probabilities stand beside them. */
  readonly explanation: Explanation
  /** Of the map over the image, 0 to 1. */
  readonly opacity: number
  /** What there is to say under the probabilities; a warning first where there is one. */
  readonly says: readonly { readonly text: string; readonly warning?: boolean }[]
}

const LEAD = 2
const GAP = 2
const LEAST_ANSWER = 29
const MOST_ANSWER = 60

/** Images, maps over images, and the probabilities. Without colours maps stand alone: in shades they would hide in the image. */
export function ExplanationPanes({ width, height, maps, explanation, opacity, says }: PanesProps) {
  const answer = Math.min(MOST_ANSWER, Math.max(LEAST_ANSWER, Math.floor(width * 0.28)))
  const room = Math.max(4, Math.floor((width - LEAD - 2 * GAP - answer) / 2))
  const each = Math.max(2, Math.floor(height / Math.max(1, maps.length)))
  const square = { width: explanation.size, height: explanation.size }
  const cells = cellsFor(square, { columns: room, rows: Math.max(1, each - 1) }, usePictureShape())
  return (
    <Box width={width} height={height} paddingLeft={LEAD}>
      <Box flexDirection="column" flexShrink={0}>
        {maps.map(map => (
          <MapRow key={map.title} map={map} cells={cells} opacity={opacity} />
        ))}
      </Box>
      <Box flexDirection="column" width={answer}>
        <Answer width={answer} explanation={explanation} says={says} />
      </Box>
    </Box>
  )
}

interface MapRowProps {
  readonly map: ShownMap
  readonly cells: Cells
  readonly opacity: number
}

function MapRow({ map: { title, explanation, drawn }, cells, opacity }: MapRowProps) {
  const { pictures } = useTheme()
  const { size, pixels } = explanation
  const image = useMemo(() => greyPicture(pixels, { width: size, height: size }), [pixels, size])
  const over = useMemo(() => {
    const picture = { width: size, height: size }
    return pictures ? overlay(pixels, drawn, picture, opacity) : mapPicture(drawn, picture)
  }, [pixels, drawn, size, opacity, pictures])
  const titled = (words: string, picture: typeof image) => (
    <Box flexDirection="column" width={cells.columns} marginRight={GAP} flexShrink={0}>
      <Row width={cells.columns} pieces={[{ text: words, dim: true }]} />
      <Picture pixels={picture} cells={cells} />
    </Box>
  )
  return (
    <Box>
      {titled(title, image)}
      {titled(pictures ? `map on ${title}, ${Math.round(opacity * 100)} %` : 'map', over)}
    </Box>
  )
}

/** Every class's probability, the explained one marked; then what there is to say of the map. */
function Answer({ width, explanation, says }: Pick<PanesProps, 'width' | 'explanation' | 'says'>) {
  const { warning } = useTheme()
  const bars = Object.entries(explanation.probabilities).map(([name, share]) => ({
    name,
    share,
    text: share.toFixed(3),
  }))
  const lines = says.flatMap((one, place) =>
    wrapped(one.text, width).map((line, i) => ({ line, key: `${place} ${i}`, warning: one.warning === true })),
  )
  return (
    <>
      <Row width={width} pieces={[{ text: '  probability', dim: true }]} />
      <Bars width={width} bars={bars} chosen={explanation.class} />
      {lines.length > 0 && <Blank />}
      {lines.map(({ line, key, warning: warns }) => (
        <Row key={key} width={width} pieces={[{ text: line, color: warns ? warning : undefined, dim: !warns }]} />
      ))}
    </>
  )
}

/** The class with the highest probability. */
export function predictedClass({ probabilities }: Explanation): string {
  const [first = ['', 0] as const, ...others] = Object.entries(probabilities)
  return others.reduce((best, next) => (next[1] > best[1] ? next : best), first)[0]
}
