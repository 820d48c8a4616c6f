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

/** A part of a longer text, with how much is below it, and `↑` at its edge where some is above. */
export function Lines({ width, height, lines, top = 0 }: LinesProps) {
  const hidden = lines.length - top > height
  const seen = lines.slice(top, top + (hidden ? height - 1 : height)).map((line, i) => ({ at: top + i, line }))
  const below = lines.length - top - seen.length
  return (
    <>
      {seen.map(({ at, line }) => (
        <Row key={at} width={width} pieces={at > 0 && at === top ? under(line) : line.length === 0 ? [' '] : line} />
      ))}
      {below > 0 && <Row width={width} pieces={[{ text: `  ↓ ${below} more`, dim: true }]} />}
    </>
  )
}

/** The first in sight of a text that begins above it: marked where its edge is free. */
function under([first = ' ', ...rest]: Line): Line {
  const piece = typeof first === 'string' ? { text: first } : first
  return piece.text.startsWith(' ')
    ? [{ text: '↑', dim: true }, { ...piece, text: piece.text.slice(1) }, ...rest]
    : [first, ...rest]
}
