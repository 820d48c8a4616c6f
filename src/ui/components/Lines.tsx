import { type Piece, Row } from './Row.tsx'

/** A line as pieces. */
export type Line = readonly (Piece | string)[]

interface LinesProps {
  readonly width: number
  /** Lines that it may take. */
  readonly height: number
  readonly lines: readonly Line[]
  /** The first line in sight. */
  readonly top?: number
}

/** A part of a longer text, with how much is below it. */
export function Lines({ width, height, lines, top = 0 }: LinesProps) {
  const hidden = lines.length - top > height
  const seen = lines.slice(top, top + (hidden ? height - 1 : height)).map((line, i) => ({ at: top + i, line }))
  const below = lines.length - top - seen.length
  return (
    <>
      {seen.map(({ at, line }) => (
        <Row key={at} width={width} pieces={line.length === 0 ? [' '] : line} />
      ))}
      {below > 0 && <Row width={width} pieces={[{ text: `  ↓ ${below} more`, dim: true }]} />}
    </>
  )
}
