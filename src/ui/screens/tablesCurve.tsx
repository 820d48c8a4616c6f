/** A model's learning curves: the median against the part of the real images that runs were trained on. */
import { Box } from 'ink'
import type { LearningCurve } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { BrailleChart, type ChartLine } from '../components/BrailleChart.tsx'
import { Row } from '../components/Row.tsx'
import { roomOf, Table, widest } from '../components/Table.tsx'
import { useKeys } from '../hooks/useKeys.ts'
import { useReading } from '../hooks/useReading.ts'
import { medianText } from '../tableText.ts'
import type { TableViewProps } from './tablesViews.ts'

interface CurveViewProps extends TableViewProps {
  /** The model's, one a policy. */
  readonly curves: readonly LearningCurve[]
}

/** Lines of the chart: the fewest that are legible, and as many as it needs. */
const CHART = { least: 8, most: 18 }
/** Columns of a part of the images. */
const PART = 8

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
  const widths = (intervals: boolean): number[] =>
    curves.map(({ policy, points: own }) => widest([policy, ...own.map(({ cell }) => medianText(cell, intervals))], 6))
  const intervals = widths(true).reduce((sum, one) => sum + one + 2, PART) <= roomOf(width)
  const fitting = widths(intervals)
  const rows = Math.min(parts.length + 1, Math.max(0, height - CHART.least - 2))
  const says = `  median${intervals ? ' [95 % interval]' : ''} and number of runs on a part of the real images alone`
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
          ...curves.map(({ policy }, i) => ({ title: policy, width: fitting[i]!, align: 'right' as const })),
        ]}
        count={parts.length}
        row={at => ({
          key: at,
          cells: [`${parts[at]} %`, ...curves.map(one => medianText(one.points[at]?.cell, intervals))],
        })}
      />
    </Box>
  )
}

function percent(fraction: number): number {
  return Math.round(1000 * fraction) / 10
}
