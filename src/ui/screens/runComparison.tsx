/** Marked runs side by side: what they are and measured, and their validation losses in one chart. */
import { Box } from 'ink'
import { Blank } from '../components/Blank.tsx'
import { BrailleChart, type ChartLine } from '../components/BrailleChart.tsx'
import { Row } from '../components/Row.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { formatDuration } from '../format/duration.ts'
import { formatMeasured } from '../format/measured.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useReading } from '../hooks/useReading.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { keyWords } from '../keymap.ts'
import { type ComparedRun, comparedRuns } from '../queries/comparison.ts'
import { SYMBOLS } from '../theme.ts'

interface RunComparisonProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly ids: readonly number[]
  readonly onClose: () => void
}

/** Names of lines in a chart, in the order of marking. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const LEAST_CHART = 8

export function RunComparison({ width, height, active, ids, onClose }: RunComparisonProps) {
  const found = useQuery<readonly ComparedRun[], [string]>(comparedRuns, [], JSON.stringify(ids))
  const [log, setLog] = useKept('compare.log', false)
  const rows = comparisonRows(found)
  const chart = Math.max(LEAST_CHART, Math.min(height - rows.length - 4, Math.floor(height * 0.55)))
  const page = Math.max(1, height - chart - 3)
  const scroll = useScroll('compare.top', rows.length, page)
  const longest = found.reduce<readonly number[]>((most, { history }) => {
    return history.length > most.length ? history.map(({ epoch }) => epoch) : most
  }, [])
  const reading = useReading('compare.epoch', longest, longest[0])
  useKeys(
    'runs',
    { ...scroll.handlers, ...reading.handlers, back: onClose, compare: onClose, logScale: () => setLog(before => !before) },
    { active },
  )
  const columns: readonly DataColumn[] = [
    { title: '', width: 14 },
    ...found.map(
      ({ run }, i): DataColumn => ({ title: `${letter(i)} run ${run.id}`, width: 14, grow: true, align: 'right' }),
    ),
  ]
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: `  ${found.length} runs side by side`, bold: true },
          { text: `   ${keyWords('back')} back to the list`, dim: true },
        ]}
      />
      <Table {...{ width, columns }} height={page + 1} count={rows.length} row={at => rows[at]!} top={scroll.top} />
      <Blank />
      <Box flexDirection="column" paddingLeft={2} height={chart}>
        <BrailleChart
          width={width - 4}
          height={chart}
          lines={overlay(found)}
          across="epoch"
          log={log}
          at={reading.at}
          hint="←→ read"
        />
      </Box>
    </Box>
  )
}

/** The letter of the run marked so late. */
function letter(at: number): string {
  return LETTERS[at % LETTERS.length]!
}

/** The validation losses of runs, told apart by their letters. */
export function overlay(runs: readonly ComparedRun[]): ChartLine[] {
  return runs.map(({ run, history }, i) => ({
    name: `run ${run.id}`,
    letter: letter(i),
    points: history.map(epoch => [epoch.epoch, epoch.validationLoss] as const),
  }))
}

function comparisonRows(runs: readonly ComparedRun[]) {
  const row = (name: string, cell: (one: ComparedRun) => string) => ({ key: name, cells: [name, ...runs.map(cell)] })
  const measured = (name: string, value: (result: NonNullable<ComparedRun['run']['result']>) => number | null) =>
    row(name, ({ run }) => (run.result === null ? SYMBOLS.unknown : formatMeasured(value(run.result))))
  const same = (cell: (one: ComparedRun) => string): boolean => new Set(runs.map(cell)).size <= 1
  const all = [
    row('model', ({ run }) => run.cell.model),
    row('policy', ({ run }) => run.cell.policy),
    row('scenario', ({ run }) => run.cell.scenario),
    row('number', ({ run }) => String(run.index)),
    row('status', ({ run }) => run.status),
    measured('loss', result => result.validationLoss),
    measured('at the end', result => result.finalValidationLoss),
    measured('accuracy', result => result.accuracy),
    measured('balanced', result => result.balancedAccuracy),
    measured('macro F1', result => result.macroF1),
    measured('AUC', result => result.auc),
    measured('best epoch', result => result.bestEpoch),
    measured('epochs', result => result.epochs),
    row('time', ({ run }) => (run.result === null ? SYMBOLS.unknown : formatDuration(run.result.seconds))),
    row('engine', ({ run }) => run.engine ?? SYMBOLS.unknown),
    row('study', ({ run }) => run.study),
  ]
  // What tells them apart stands out; what they share is dim.
  return all.map(one => ({ ...one, tone: same(of => one.cells[1 + runs.indexOf(of)]!) ? ('dim' as const) : undefined }))
}
