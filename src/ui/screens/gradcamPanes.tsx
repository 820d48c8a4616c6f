/** The Grad-CAM screen's pictures beside each other, and what the model answered. */
import { Box } from 'ink'
import { useMemo } from 'react'
import { greyPicture, mapPicture, overlay } from '../../core/explain/overlay.ts'
import { Bars } from '../components/Bars.tsx'
import { Blank } from '../components/Blank.tsx'
import { Picture } from '../components/Picture.tsx'
import { cellsFor } from '../components/pictureCells.ts'
import { Row } from '../components/Row.tsx'
import { wrapped } from '../format/wrapped.ts'
import type { Explanation } from '../lab.ts'
import { SYMBOLS, useTheme } from '../theme.ts'

interface PanesProps {
  readonly width: number
  readonly height: number
  readonly explanation: Explanation
  /** Of the map over the image, 0 to 1. */
  readonly opacity: number
}

const LEAD = 2
const GAP = 2
const LEAST_ANSWER = 29
const MOST_ANSWER = 60

/** Image, map over image, and the probabilities. Without colours the map stands alone: in shades it would hide in the image. */
export function ExplanationPanes({ width, height, explanation, opacity }: PanesProps) {
  const { colours } = useTheme()
  const { size, pixels, drawn, map } = explanation
  const square = { width: size, height: size }
  const answer = Math.min(MOST_ANSWER, Math.max(LEAST_ANSWER, Math.floor(width * 0.28)))
  const room = Math.max(4, Math.floor((width - LEAD - 2 * GAP - answer) / 2))
  const cells = cellsFor(square, { columns: room, rows: Math.max(1, height - 1) })
  const image = useMemo(() => greyPicture(pixels, { width: size, height: size }), [pixels, size])
  const over = useMemo(() => {
    const picture = { width: size, height: size }
    return colours ? overlay(pixels, drawn, picture, opacity) : mapPicture(drawn, picture)
  }, [pixels, drawn, size, opacity, colours])
  const titled = (title: string, picture: typeof image) => (
    <Box flexDirection="column" width={cells.columns} marginRight={GAP} flexShrink={0}>
      <Row width={cells.columns} pieces={[{ text: title, dim: true }]} />
      <Picture pixels={picture} cells={cells} colour={colours} />
    </Box>
  )
  return (
    <Box width={width} height={height} paddingLeft={LEAD}>
      {titled('image', image)}
      {titled(colours ? `map on image, ${Math.round(opacity * 100)} %` : 'map', over)}
      <Box flexDirection="column" width={answer}>
        <Answer width={answer} explanation={explanation} empty={map.empty} />
      </Box>
    </Box>
  )
}

/** Every class's probability, the explained one marked; then what there is to say of the map. */
function Answer({
  width,
  explanation,
  empty,
}: {
  readonly width: number
  readonly explanation: Explanation
  readonly empty: boolean
}) {
  const { warning } = useTheme()
  const bars = Object.entries(explanation.probabilities).map(([name, share]) => ({
    name,
    share,
    text: share.toFixed(3),
  }))
  const says = `${SYMBOLS.warning} Empty map: no place of this layer speaks for ${explanation.class}. It is no fault of the picture.`
  const keyed = empty ? wrapped(says, width).map((line, key) => ({ line, key })) : []
  return (
    <>
      <Row width={width} pieces={[{ text: '  probability', dim: true }]} />
      <Bars width={width} bars={bars} chosen={explanation.class} />
      {empty && <Blank />}
      {keyed.map(({ line, key }) => (
        <Row key={key} width={width} pieces={[{ text: line, color: warning }]} />
      ))}
    </>
  )
}

/** The class with the highest probability. */
export function predictedClass({ probabilities }: Explanation): string {
  const [first = ['', 0] as const, ...others] = Object.entries(probabilities)
  return others.reduce((best, next) => (next[1] > best[1] ? next : best), first)[0]
}
