import { Box } from 'ink'
import type { PictureShape } from '../pictures/pictures.ts'
import type { Pixels } from '../pictures/pixels.ts'
import { useTheme } from '../theme.ts'
import { Picture } from './Picture.tsx'
import { type Cells, cellsFor } from './pictureCells.ts'
import { Row } from './Row.tsx'

export interface Tile {
  readonly key: string
  readonly pixels: Pixels
  /** Under the picture, a line each. */
  readonly captions: readonly string[]
  readonly chosen?: boolean
}

/** How pictures are laid out: so many across and down, each in so many characters. */
export interface GridLayout {
  readonly across: number
  readonly down: number
  readonly cells: Cells
  /** Columns that each may take: captions that need it have more room than the picture. */
  readonly room: number
}

const GAP = 2
/** More of them, and the terminal's drawing would be felt. */
const MOST = 24

/**
 * The layout of tiles of one shape in a room: as many as fit with pictures at least `least` columns wide, `most` in all, and then as large as they can be.
 * @param captions lines under each
 * @param picture what the terminal's pictures are reckoned with: see `cellsFor`
 */
export function layOut(
  room: { readonly width: number; readonly height: number },
  shape: { readonly width: number; readonly height: number },
  {
    least = 14,
    captions = 1,
    most = MOST,
    picture,
  }: { least?: number; captions?: number; most?: number; picture?: PictureShape } = {},
): GridLayout {
  const layoutOf = (across: number, down: number): GridLayout => {
    const columns = Math.max(1, Math.floor((room.width + GAP) / across) - GAP)
    const rows = Math.max(1, Math.floor(room.height / down) - captions)
    return { across, down, cells: cellsFor(shape, { columns, rows }, picture), room: columns }
  }
  const counts = Array.from({ length: most }, (_, i) => i + 1)
  const layouts = counts
    .flatMap(across => counts.filter(down => across * down <= most).map(down => layoutOf(across, down)))
    .filter(({ down, cells }) => cells.columns >= least && down * (cells.rows + captions) <= room.height)
  const better = (a: GridLayout, b: GridLayout): GridLayout => {
    const more = b.across * b.down - a.across * a.down
    return more > 0 || (more === 0 && b.cells.columns > a.cells.columns) ? b : a
  }
  return layouts.reduce(better, layoutOf(1, 1))
}

interface PictureGridProps {
  readonly width: number
  readonly layout: GridLayout
  /** At most as many as the layout has places. */
  readonly tiles: readonly Tile[]
  /** Each takes all its room, for its captions; else pictures stand close. */
  readonly roomy?: boolean
}

/** Pictures beside and under each other with their captions; the chosen one's is in the accent's colour, between brackets. */
export function PictureGrid({ width, layout: { across, cells, room }, tiles, roomy = false }: PictureGridProps) {
  const { accent } = useTheme()
  const columns = roomy ? room : cells.columns
  const rows = Array.from({ length: Math.ceil(tiles.length / across) }, (_, i) => tiles.slice(i * across, (i + 1) * across))
  return rows.map(row => (
    <Box key={row[0]?.key ?? ''} width={width}>
      {row.map(({ key, pixels, captions, chosen = false }) => (
        <Box key={key} flexDirection="column" width={columns} marginRight={GAP} flexShrink={0}>
          <Picture pixels={pixels} cells={cells} />
          {captions.map((caption, i) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a caption is its line
              key={i}
              width={columns}
              pieces={[
                {
                  text: chosen && i === 0 ? `[${caption}]` : caption,
                  bold: chosen,
                  dim: !chosen,
                  color: chosen ? accent : undefined,
                },
              ]}
            />
          ))}
        </Box>
      ))}
    </Box>
  ))
}
