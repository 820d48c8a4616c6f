import { padded } from '../format/padded.ts'
import { useTheme } from '../theme.ts'
import { barText } from './Bars.tsx'
import { type Piece, Row } from './Row.tsx'

/** One of two values of a line. */
export interface MixValue {
  /** Before its bar, one letter. */
  readonly name: string
  /** In per cent; NaN: there is no one value. */
  readonly percent: number
  /** What is written after it. */
  readonly text: string
  /** Whether the cursor is on it. */
  readonly chosen: boolean
}

interface MixBarsProps {
  readonly width: number
  readonly name: string
  readonly values: readonly MixValue[]
  /** At the line's end. */
  readonly note: string
  /** What a full bar stands for, in per cent. */
  readonly full: number
}

const LEAD = 6
const NAME = 18
const TEXT = 9
const NOTE = 12

/** Shares in per cent as bars beside each other on one line: what is mixed of one kind. The cursor's value stands in brackets. */
export function MixBars({ width, name, values, note, full }: MixBarsProps) {
  const { accent } = useTheme()
  const shortName = width < 90 ? NAME - 4 : NAME
  const room = Math.max(0, Math.floor((width - LEAD - shortName - NOTE) / Math.max(1, values.length)) - TEXT - 5)
  const pieces = values.flatMap((value): Piece[] => {
    const color = value.chosen ? accent : undefined
    const bar = barText(value.percent / Math.max(1, full), room)
    return [
      { text: ` ${value.name} `, dim: !value.chosen },
      { text: padded(bar, room), color },
      { text: padded(value.chosen ? `‹${value.text}›` : `${value.text} `, TEXT, 'right'), bold: value.chosen, color },
      { text: '  ' },
    ]
  })
  return (
    <Row
      width={width}
      pieces={[
        ' '.repeat(LEAD),
        { text: padded(name, shortName), dim: !values.some(value => value.chosen) },
        ...pieces,
        { text: padded(note, NOTE - 1, 'right'), dim: true },
      ]}
    />
  )
}
