import { Box } from 'ink'
import type { Epoch, RunResult, TrainingImages } from '../../core/study/run.ts'
import { BrailleChart } from '../components/BrailleChart.tsx'
import { Lines } from '../components/Lines.tsx'
import { classLines, confusionLines } from '../runText.ts'

interface RunCurvesProps {
  readonly width: number
  /** Of the curves. */
  readonly left: number
  readonly height: number
  readonly history: readonly Epoch[]
  readonly result: RunResult
  readonly training: TrainingImages | null
}

/** A run's losses as curves, and beside them what it confuses. */
export function RunCurves({ width, left, height, history, result, training }: RunCurvesProps) {
  const points = (value: (epoch: Epoch) => number) => history.map(epoch => [epoch.epoch, value(epoch)] as const)
  return (
    <Box width={width} height={height}>
      <Box flexDirection="column" width={left} height={height}>
        <BrailleChart
          width={left - 4}
          height={height}
          across="epoch"
          lines={[
            { name: 'validation', points: points(epoch => epoch.validationLoss) },
            { name: 'train', points: points(epoch => epoch.trainLoss), dotted: true },
          ]}
          mark={{ x: result.bestEpoch, says: `best, epoch ${result.bestEpoch}` }}
        />
      </Box>
      <Box flexDirection="column" width={width - left} height={height}>
        <Lines
          width={width - left}
          height={height}
          lines={[...confusionLines(result), [], ...classLines(result, training)]}
        />
      </Box>
    </Box>
  )
}
