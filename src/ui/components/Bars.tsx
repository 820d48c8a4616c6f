import { padded } from '../format/padded.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

export interface Bar {
  readonly name: string
  /** 0 to 1. */
  readonly share: number
  /** What is written after it. */
  readonly text: string
}

interface BarsProps {
  readonly width: number
  readonly bars: readonly Bar[]
  /** The name of the bar that stands out. */
  readonly chosen: string
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
const TEXT = 5
const MOST_NAME = 18

/** Shares as horizontal bars, a line each. */
export function Bars({ width, bars, chosen }: BarsProps) {
  const { accent } = useTheme()
  const name = Math.min(MOST_NAME, Math.max(4, Math.floor(width / 2)), Math.max(...bars.map(bar => bar.name.length), 4))
  const room = Math.max(0, width - name - TEXT - 4)
  return bars.map(bar => {
    const here = bar.name === chosen
    return (
      <Row
        key={bar.name}
        width={width}
        pieces={[
          { text: here ? `${SYMBOLS.cursor} ` : '  ', color: accent },
          { text: `${padded(bar.name, name)} `, bold: here },
          { text: padded(barText(bar.share, room), room), color: here ? accent : undefined },
          { text: ` ${padded(bar.text, TEXT, 'right')}` },
        ]}
      />
    )
  })
}

/** `share` of `room` columns in blocks of eighths; what is above 0 shows. */
export function barText(share: number, room: number): string {
  if (!(share > 0)) return ''
  const eighths = Math.max(1, Math.round(Math.min(share, 1) * room * 8))
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
}
