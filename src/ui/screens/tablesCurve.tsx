/** A model's learning curves: the median against the part of the real images that runs were trained on. */
import { Box } from 'ink'
import type { LearningCurve } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { BrailleChart, type ChartLine } from '../components/BrailleChart.tsx'
import { Row } from '../components/Row.tsx'
import { roomOf, Table } from '../components/Table.tsx'
import { formatMeasured } from '../format/measured.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useReading } from '../hooks/useReading.ts'
import type { TableViewProps } from './tables.tsx'

interface CurveViewProps extends TableViewProps {
  /** The model's, one a policy. */
  readonly curves: readonly LearningCurve[]
}

/** Lines of the chart: the fewest that are legible, and as many as it needs. */
const CHART = { least: 8, most: 18 }
/** Columns of the table: of a part, and of a median with its interval and without. */
const PART = 8
const MEDIAN = { long: 24, short: 11 }

export function CurveView({ width, height, active, results: { table }, model, curves }: CurveViewProps) {
  const points = curves[0]?.points ?? []
  const parts = points.map(({ fraction }) => percent(fraction))
  const reading = useReading(`tables.curve ${table.study} ${model}`, parts, parts.at(-1))
  useKeys('tables', reading.handlers, { active })
  const lines = curves.map(
    ({ policy, points: own }): ChartLine => ({
      name: policy,
      ...(curves.length > 1 ? { letter: policy.slice(0, 1) } : {}),
      points: own.map(({ fraction, cell }) => [percent(fraction), cell.median ?? Number.NaN] as const),
    }),
  )
  const long = PART + curves.length * (MEDIAN.long + 2) <= roomOf(width)
  const rows = Math.min(parts.length + 1, Math.max(0, height - CHART.least - 2))
  const says = `  median${long ? ' [95 % interval]' : ''} and number of runs on a part of the real images alone`
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row width={width} pieces={[{ text: says, dim: true }]} />
      <BrailleChart
        {...{ width, lines }}
        height={Math.min(CHART.most, height - rows - 2)}
        across="% of the real images"
        at={reading.at}
        hint="←→ read"
      />
      <Blank />
      <Table
        width={width}
        height={rows}
        columns={[
          { title: 'part', width: PART, align: 'right' },
          ...curves.map(({ policy }) => ({
            title: policy,
            width: long ? MEDIAN.long : MEDIAN.short,
            align: 'right' as const,
          })),
        ]}
        count={parts.length}
        row={at => ({
          key: at,
          cells: [`${parts[at]} %`, ...curves.map(one => cellText(one.points[at]?.cell, long))],
        })}
      />
    </Box>
  )
}

function percent(fraction: number): number {
  return Math.round(1000 * fraction) / 10
}

function cellText(cell: LearningCurve['points'][number]['cell'] | undefined, long: boolean): string {
  const { median = null, low = null, high = null, n = 0 } = cell ?? {}
  const interval = !long || low === null ? '' : ` [${formatMeasured(low)} ${formatMeasured(high)}]`
  return `${formatMeasured(median)}${interval} ${n}`
}
