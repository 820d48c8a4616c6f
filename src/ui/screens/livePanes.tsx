/** What stands beside the Live screen's grid: the curve of one run, and how the study goes. */
import { Box } from 'ink'
import type { Epoch } from '../../core/study/index.ts'
import type { RunnerStatus } from '../../runner/index.ts'
import { BrailleChart, type ChartLine } from '../components/BrailleChart.tsx'
import { Row } from '../components/Row.tsx'
import { smoothed } from '../components/smoothed.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatDuration } from '../format/duration.ts'
import { formatNumber } from '../format/number.ts'
import { fitting, type Phrase } from '../format/phrases.ts'
import { keyWords } from '../keymap.ts'
import type { MachineLoad } from '../lab.ts'
import type { ComparedRun } from '../queries/comparison.ts'
import type { LiveStudy, RunCurve } from '../queries/live.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import type { CurveStyle } from './liveState.ts'
import { overlay } from './runComparison.tsx'

interface PaneSize {
  readonly width: number
  readonly height: number
}

interface CurvePaneProps extends PaneSize {
  readonly curve: RunCurve | null
  /** Runs whose validation losses are laid over. */
  readonly over: readonly ComparedRun[]
  readonly style: CurveStyle
  /** The epoch at which the lines are read. */
  readonly at: number | undefined
  /** Whether it has the keys. */
  readonly focused: boolean
}

/** The losses of a run by epoch, with those of the marked runs. */
export function CurvePane({ width, height, curve, over, style: { log, smoothing }, at, focused }: CurvePaneProps) {
  const { accent } = useTheme()
  if (curve === null) return <Row width={width} pieces={[{ text: '  no run in this cell yet', dim: true }]} />
  const { epochs, bestEpoch } = curve
  const line = (value: (epoch: Epoch) => number) =>
    smoothed(
      epochs.map(epoch => [epoch.epoch, value(epoch)] as const),
      smoothing,
    )
  const lines: ChartLine[] = [
    { name: 'validation loss', points: line(epoch => epoch.validationLoss) },
    { name: 'training', points: line(epoch => epoch.trainLoss), dotted: true },
    ...overlay(over.filter(({ run }) => run.id !== curve.run)).map(one => {
      return { ...one, points: smoothed(one.points, smoothing) }
    }),
  ]
  const how = [...(smoothing > 0 ? [`smoothed ${smoothing}`] : []), ...(over.length > 0 ? [`${over.length} marked`] : [])]
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: focused ? `${SYMBOLS.cursor} ` : '  ', color: accent },
          { text: `run ${curve.run}`, bold: true, color: focused ? accent : undefined },
          ` · number ${curve.index} · ${curve.status}`,
          { text: how.map(word => ` · ${word}`).join(''), dim: true },
        ]}
      />
      {epochs.length === 0 ? (
        <Row width={width} pieces={[{ text: '  no epoch is finished yet', dim: true }]} />
      ) : (
        <BrailleChart
          width={width}
          height={height - 1}
          lines={lines}
          across="epoch"
          log={log}
          at={at}
          hint={focused ? '←→ read' : `${keyWords('nextPane')} ←→ read`}
          {...(bestEpoch === null ? {} : { mark: { x: bestEpoch, says: `best, epoch ${bestEpoch}` } })}
        />
      )}
    </Box>
  )
}

/** `118 images/s · 40 of 72 runs done · 1 h 12 m left · 2 of 2 workers · data waits 1 %`: of that what fits in a width. */
export function progressWords(live: LiveStudy, status: RunnerStatus, workers: number, width: number): string {
  const { study, imagesPerSecond, dataWait } = live
  const mine = status.study === study.name && study.running > 0
  const phrases: Phrase[] = [
    { text: imagesPerSecond === null ? '' : `${formatNumber(imagesPerSecond, 3)} images/s`, need: 3 },
    { text: `${study.done} of ${study.runs} runs done`, need: 0 },
    { text: study.failed === 0 ? '' : `${SYMBOLS.failure} ${study.failed} failed`, need: 1 },
    { text: mine && status.secondsLeft !== null ? `${formatDuration(status.secondsLeft)} left` : '', need: 2 },
    { text: study.running === 0 ? '' : `${study.running} of ${workers} workers`, need: 4 },
    { text: dataWait === null ? '' : `data waits ${formatNumber(100 * dataWait, 2)} %`, need: 5 },
  ]
  return fitting(phrases, width)
}

/** `processors 97 % · memory 3.50 GB of 16.0 GB · GPU 87 %, 3.10 GB of 80.0 GB`: of that what fits; nothing where it is not looked at. */
export function machineWords(load: MachineLoad | null, width: number): string {
  if (load === null) return ''
  const { processors, used, total, gpus } = load
  const phrases: Phrase[] = [
    { text: `processors ${percentWords(processors)}`, need: 0 },
    { text: `memory ${memoryWords(used, total)}`, need: 2 },
    { text: gpuWords(gpus), need: 1 },
  ]
  return fitting(phrases, width)
}

/** All of a machine's GPUs in one: how busy each is, and their memory together. */
function gpuWords(gpus: MachineLoad['gpus']): string {
  if (gpus.length === 0) return ''
  const sum = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((all, value) => (all === null || value === null ? null : all + value), 0)
  const [used, total] = [sum(gpus.map(gpu => gpu.used)), sum(gpus.map(gpu => gpu.total))]
  const memory = used === null || total === null ? '' : `, ${memoryWords(used, total)}`
  return `${gpus.length === 1 ? 'GPU' : `${gpus.length} GPUs`} ${gpus.map(gpu => percentWords(gpu.busy)).join(' ')}${memory}`
}

function percentWords(share: number | null): string {
  return `${share === null ? SYMBOLS.unknown : Math.round(100 * share)} %`
}

function memoryWords(used: number, total: number): string {
  return `${formatBytes(used)} of ${formatBytes(total)}`
}
