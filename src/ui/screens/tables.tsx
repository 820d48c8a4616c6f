/** A study's medians: scenarios down, policies across, a model and a metric at a time. */
import { Box } from 'ink'
import { METRICS, type Metric, type Table } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { wrapped } from '../format/wrapped.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { keyWords } from '../keymap.ts'
import { studyNames } from '../queries/studies.ts'
import { studyTable } from '../queries/tables.ts'
import type { ScreenProps } from '../screen.ts'
import { METRIC_NAMES, tableNotes, tableView } from '../tableText.ts'

const NO_NAMES: readonly string[] = []

export function TablesScreen({ width, height, active, target, go }: ScreenProps) {
  const names = useQuery<readonly string[], []>(studyNames, NO_NAMES)
  const [chosen, setChosen] = useKept<string | null>(`tables.study ${target.study ?? ''}`, target.study ?? null)
  const [metric, setMetric] = useKept<Metric>('tables.metric', 'loss')
  const [modelAt, setModelAt] = useKept('tables.model', 0)
  const [from, setFrom] = useKept('tables.policy', 0)
  const study = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null)
  const table = useQuery<Table | null, [string | null, Metric]>(studyTable, null, study, metric)

  const models = [...new Set(table?.rows.map(row => row.model))]
  const model = models[modelAt % Math.max(1, models.length)]
  const view = table === null || model === undefined ? null : tableView(table, model, width, from)
  const notes = table === null || model === undefined ? [] : tableNotes(table, model, view?.intervals === true)
  const lines = notes.flatMap(note =>
    wrapped(note, width - 6).map((line, i) => [{ text: `${i === 0 ? '  ' : '    '}${line}`, dim: true }]),
  )
  const most = Math.max(2, height - 3 - Math.min(4, lines.length))
  const tableLines = Math.min((view?.rows.length ?? 0) + 1, most)
  const scroll = useScroll(`tables.top ${study} ${model}`, view?.rows.length ?? 0, tableLines - 1)

  const { policies } = view ?? {}
  useKeys(
    'tables',
    {
      ...scroll.handlers,
      left: policies && policies.from > 0 ? () => setFrom(policies.from - 1) : undefined,
      right: policies && policies.from + policies.shown < policies.of ? () => setFrom(policies.from + 1) : undefined,
      metric:
        view === null ? undefined : () => setMetric(before => METRICS[(METRICS.indexOf(before) + 1) % METRICS.length]!),
      nextModel: models.length > 1 ? () => setModelAt(at => (at + 1) % models.length) : undefined,
      nextStudy: names.length > 1 ? () => setChosen(names[(names.indexOf(study ?? '') + 1) % names.length]!) : undefined,
      open: study === null ? undefined : () => go('runs', { study }),
    },
    { active },
  )
  if (view === null || policies === undefined) {
    const text = [
      'No study yet, so no table.',
      `Start one on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`,
    ]
    return <Message width={width} height={height} text={text} />
  }
  const hidden = policies.of - policies.shown
  const across =
    hidden === 0 ? '' : ` · policies ${policies.from + 1} to ${policies.from + policies.shown} of ${policies.of}, ←→`
  const inBrackets = view.intervals ? ' [95 % interval]' : ''
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row width={width} pieces={[{ text: `  ${model} · validation ${METRIC_NAMES[metric]}`, bold: true }]} />
      <Row width={width} pieces={[{ text: `  ${study} · median${inBrackets} and number of runs${across}`, dim: true }]} />
      <DataTable
        width={width}
        height={tableLines}
        columns={view.columns}
        count={view.rows.length}
        row={at => view.rows[at]!}
        top={scroll.top}
      />
      <Blank />
      <Lines width={width} height={Math.max(0, height - tableLines - 3)} lines={lines} />
    </Box>
  )
}
