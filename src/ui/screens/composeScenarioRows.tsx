/** A scenario in the form: a line with the images that come of it, and its bars under it while the cursor is there. */
import { MixBars } from '../components/MixBars.tsx'
import { type Piece, Row } from '../components/Row.tsx'
import { padded } from '../format/padded.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import type { EvenRow, Field, MixRow } from './composeParts.ts'
import { shortClass } from './composeScenario.ts'
import { GENERATOR_PART, NAME_PART } from './composeScenarioFields.ts'

const MOST_COUNT = 10
const LEAST_COUNT = 5
const GENERATOR = 16

function nameWidth(width: number): number {
  return width < 110 ? 24 : 34
}

/** Columns of the counts by class. */
function countWidth(width: number, classes: number): number {
  return Math.max(
    LEAST_COUNT,
    Math.min(MOST_COUNT, Math.floor((width - nameWidth(width) - GENERATOR - 4) / Math.max(1, classes))),
  )
}

/** Over the scenarios: what the columns are. */
export function ScenarioHead({ width, classes }: { readonly width: number; readonly classes: readonly string[] }) {
  const count = countWidth(width, classes.length)
  const names = classes.map(name => padded(shortClass(name), count - 1, 'right')).join(' ')
  return (
    <Row width={width} pieces={[`  ${padded('scenarios', nameWidth(width))}`, { text: `${names}  generator`, dim: true }]} />
  )
}

interface ScenarioRowProps {
  readonly width: number
  readonly field: Field
  /** The part of the cursor; null: it is in another field. */
  readonly cursor: number | null
  readonly problem: string | null
}

export function ScenarioRow({ width, field, cursor, problem }: ScenarioRowProps) {
  const { accent, failure } = useTheme()
  const { view } = field
  if (view === undefined) return null
  const count = countWidth(width, view.images.length)
  const here = cursor !== null
  const edge = (text: string, chosen: boolean, size: number): Piece => ({
    text: padded(chosen ? `‹${text}›` : ` ${text}`, size),
    color: chosen ? accent : undefined,
    bold: chosen,
  })
  const counts = view.images.map(text => padded(text, count - 1, 'right')).join(' ')
  const end: Piece[] =
    problem === null
      ? [{ text: ' ' }, edge(view.generator, cursor === GENERATOR_PART, view.generator.length + 2)]
      : [{ text: ` ${SYMBOLS.failure} ${problem}`, color: failure }]
  return (
    <Row
      width={width}
      pieces={[
        { text: here ? `${SYMBOLS.cursor} ` : '  ', color: accent },
        { ...edge(view.name, cursor === NAME_PART, nameWidth(width)), ...(here && { bold: true }) },
        ...(problem === null ? [counts] : []),
        ...end,
      ]}
    />
  )
}

interface MixRowLineProps {
  readonly width: number
  readonly row: MixRow
  readonly field: Field
  readonly cursor: number | null
}

/** X and Y of all classes, or of one. */
export function MixLine({ width, row, field, cursor }: MixRowLineProps) {
  const most = Math.max(100, ...(field.view?.rows.map(one => one.synthetic).filter(Number.isFinite) ?? []))
  const [x, y] = row.parts
  return (
    <MixBars
      width={width}
      name={row.name}
      full={most}
      note={row.images}
      values={[
        { name: 'X', percent: row.real, text: field.parts[x]?.text ?? '', chosen: cursor === x },
        { name: 'Y', percent: row.synthetic, text: field.parts[y]?.text ?? '', chosen: cursor === y },
      ]}
    />
  )
}

/** How its classes are evened out, and whose steps an epoch takes. */
export function EvenLine({ width, row, field, cursor }: Omit<MixRowLineProps, 'row'> & { readonly row: EvenRow }) {
  const { accent } = useTheme()
  const pieces = row.parts.map((part): Piece => {
    const chosen = cursor === part
    const text = field.parts[part]?.text ?? ''
    return { text: chosen ? `‹${text}› ` : ` ${text}  `, bold: chosen, dim: !chosen, color: chosen ? accent : undefined }
  })
  return (
    <Row width={width} pieces={[{ text: '      trained with  ', dim: true }, ...pieces, { text: row.note, dim: true }]} />
  )
}
