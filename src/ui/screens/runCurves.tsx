import { Box } from 'ink'
import type { Epoch, RunResult, TrainingImages } from '../../core/study/run.ts'
import { BrailleChart } from '../components/BrailleChart.tsx'
import { type Line, Lines } from '../components/Lines.tsx'
import { columnsOf } from '../format/columns.ts'
import { classLines, confusionLines } from '../runText.ts'

/** The columns of the curves; between these, what the classes beside them leave over. */
const LEFT = { least: 36, most: 58 }

interface RunCurvesProps {
  readonly width: number
  readonly height: number
  readonly history: readonly Epoch[]
  readonly result: RunResult
  readonly training: TrainingImages | null
  /** The epoch at which they are read. */
  readonly at: number | undefined
}

/** A run's losses as curves, and beside them what it confuses. */
export function RunCurves({ width, height, history, result, training, at }: RunCurvesProps) {
  const points = (value: (epoch: Epoch) => number) => history.map(epoch => [epoch.epoch, value(epoch)] as const)
  const beside = [...confusionLines(result), [], ...classLines(result, training)]
  const needed = Math.max(...beside.map(columnsTaken))
  const left = Math.max(LEFT.least, Math.min(LEFT.most, width - needed))
  return (
    <Box width={width} height={height}>
      <Box flexDirection="column" width={left} height={height}>
        <BrailleChart
          width={left - 2}
          height={height}
          across="epoch"
          at={at}
          hint="←→ read"
          lines={[
            { name: 'validation', points: points(epoch => epoch.validationLoss) },
            { name: 'train', points: points(epoch => epoch.trainLoss), dotted: true },
          ]}
          mark={{ x: result.bestEpoch, says: `best, epoch ${result.bestEpoch}` }}
        />
      </Box>
      <Box flexDirection="column" width={width - left} height={height}>
        <Lines width={width - left} height={height} lines={beside} />
      </Box>
    </Box>
  )
}

function columnsTaken(line: Line): number {
  return line.reduce((sum, piece) => sum + columnsOf(typeof piece === 'string' ? piece : piece.text), 0)
}
