/** What stands beside the Live screen's grid: the curve of one run, the log, and how the study goes. */
import { Box } from 'ink'
import type { RunnerStatus } from '../../runner/index.ts'
import { type ChartLine, LineChart } from '../components/LineChart.tsx'
import { Lines } from '../components/Lines.tsx'
import { Row } from '../components/Row.tsx'
import { formatDuration } from '../format/duration.ts'
import { formatNumber } from '../format/number.ts'
import type { LiveStudy, LogEntry, RunCurve } from '../queries/live.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { logLine } from './liveGrid.ts'

interface PaneSize {
  readonly width: number
  readonly height: number
}

/** The losses of a run by epoch. */
export function CurvePane({
  width,
  height,
  curve,
  log,
}: PaneSize & { readonly curve: RunCurve | null; readonly log: boolean }) {
  if (curve === null) return <Row width={width} pieces={[{ text: '  no run in this cell yet', dim: true }]} />
  const { epochs, bestEpoch } = curve
  const lines: ChartLine[] = [
    { name: 'validation loss', points: epochs.map(epoch => [epoch.epoch, epoch.validationLoss] as const) },
    { name: 'training', points: epochs.map(epoch => [epoch.epoch, epoch.trainLoss] as const), dotted: true },
  ]
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[{ text: `  run ${curve.run}`, bold: true }, ` · number ${curve.index} · ${curve.status}`]}
      />
      {epochs.length === 0 ? (
        <Row width={width} pieces={[{ text: '  no epoch is finished yet', dim: true }]} />
      ) : (
        <LineChart
          width={width}
          height={height - 1}
          lines={lines}
          across="epoch"
          log={log}
          {...(bestEpoch === null ? {} : { mark: { x: bestEpoch, says: `best, epoch ${bestEpoch}` } })}
        />
      )}
    </Box>
  )
}

/** The newest entries, the last at the bottom. */
export function LogPane({ width, height, log }: PaneSize & { readonly log: readonly LogEntry[] }) {
  const { failure } = useTheme()
  const lines = log.slice(-Math.max(0, height - 1)).map(entry => logLine(entry, failure))
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row width={width} pieces={[{ text: '  Log', bold: true }]} />
      <Lines
        width={width}
        height={height - 1}
        lines={lines.length > 0 ? lines : [[{ text: '  nothing is finished yet', dim: true }]]}
      />
    </Box>
  )
}

/** `118 images/s · 2 of 2 workers in work · data waits 1 % · 40 of 72 runs done · 1 h 12 m left`. */
export function progressWords(live: LiveStudy, status: RunnerStatus, workers: number): string {
  const { study, imagesPerSecond, dataWait } = live
  const mine = status.study === study.name
  const rate = imagesPerSecond === null ? [] : [`${formatNumber(imagesPerSecond, 3)} images/s`]
  const inWork = study.running === 0 ? [] : [`${study.running} of ${workers} workers in work`]
  const waits = dataWait === null ? [] : [`data waits ${formatNumber(100 * dataWait, 2)} %`]
  const failed = study.failed === 0 ? [] : [`${SYMBOLS.failure} ${study.failed} failed`]
  const left = mine && status.secondsLeft !== null && study.running > 0 ? [`${formatDuration(status.secondsLeft)} left`] : []
  return [...rate, ...inWork, ...waits, `${study.done} of ${study.runs} runs done`, ...failed, ...left].join(' · ')
}
