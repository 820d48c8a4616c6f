import { useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'

interface ViewsProps {
  readonly width: number
  /** Before them: what is looked at. */
  readonly name: string
  readonly views: readonly string[]
  readonly current: string
  /** After them, dim. */
  readonly note: string
}

/** The views of a screen on one line, the one that is shown in brackets. */
export function Views({ width, name, views, current, note }: ViewsProps) {
  const { accent } = useTheme()
  const pieces = views.map((view): Piece => {
    const here = view === current
    return { text: here ? `[${view}]` : ` ${view} `, bold: here, dim: !here, color: here ? accent : undefined }
  })
  return <Row width={width} pieces={[{ text: `  ${name}  `, bold: true }, ...pieces, { text: `  ${note}`, dim: true }]} />
}
