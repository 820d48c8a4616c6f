/** A study's medians and contrasts: a model and a metric at a time, on validation or test; exported and copied. */
import { Box } from 'ink'
import { METRICS, type Metric, type On, type TableFormat } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Message } from '../components/Message.tsx'
import { Views } from '../components/Views.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { keyWords } from '../keymap.ts'
import { studyNames } from '../queries/studies.ts'
import { type ResultsView, resultsText, type StudyResults, studyResults } from '../queries/studyResults.ts'
import type { ScreenProps } from '../screen.ts'
import { METRIC_NAMES } from '../tableText.ts'
import { textFile, writeText } from '../textFile.ts'
import { ContrastsView } from './tablesContrasts.tsx'
import { CurveView } from './tablesCurve.tsx'
import { MediansView } from './tablesMedians.tsx'

const NO_NAMES: readonly string[] = []
const VIEWS: readonly ResultsView[] = ['medians', 'contrasts']
const ENDINGS: Readonly<Record<TableFormat, string>> = { text: 'txt', md: 'md', csv: 'csv', latex: 'tex', json: 'json' }
const FORMATS: readonly TableFormat[] = ['text', 'md', 'csv', 'latex', 'json']

export function TablesScreen({ width, height, active, target, go }: ScreenProps) {
  const output = useOutput()
  const names = useQuery<readonly string[], []>(studyNames, NO_NAMES)
  const [chosen, setChosen] = useKept<string | null>(`tables.study ${target.study ?? ''}`, target.study ?? null)
  const [metric, setMetric] = useKept<Metric>('tables.metric', 'loss')
  const [on, setOn] = useKept<On>('tables.on', 'validation')
  const [modelAt, setModelAt] = useKept('tables.model', 0)
  const [wanted, setView] = useKept<ResultsView>('tables.view', 'medians')
  const [format, setFormat] = useKept<TableFormat>('tables.format', 'text')
  const study = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null)
  const results = useQuery<StudyResults | null, [string | null, Metric, On]>(studyResults, null, study, metric, on)
  const models = [...new Set(results?.table.rows.map(row => row.model))]
  const model = models[modelAt % Math.max(1, models.length)]

  const curves = results?.curves.filter(curve => curve.model === model) ?? []
  const views = curves.length === 0 ? VIEWS : [...VIEWS, 'curve' as const]
  const view = views.includes(wanted) ? wanted : 'medians'
  const turn = (by: number) => (): void => setView(views[(views.indexOf(view) + by + views.length) % views.length]!)
  const some = results !== null && model !== undefined
  const fileOf = (name: string) => textFile(process.cwd(), `${name}-${view}-${metric}`, ENDINGS[format])
  const save = async (path: string): Promise<void> => {
    if (results !== null) await writeText(path, resultsText(results, view, format))
  }
  useKeys(
    'tables',
    {
      nextPane: some ? turn(1) : undefined,
      previousPane: some ? turn(-1) : undefined,
      metric: some ? () => setMetric(before => METRICS[(METRICS.indexOf(before) + 1) % METRICS.length]!) : undefined,
      on: results?.evaluated === true ? () => setOn(on === 'test' ? 'validation' : 'test') : undefined,
      nextModel: models.length > 1 ? () => setModelAt(at => (at + 1) % models.length) : undefined,
      nextStudy: names.length > 1 ? () => setChosen(names[(names.indexOf(study ?? '') + 1) % names.length]!) : undefined,
      format: some ? () => setFormat(before => FORMATS[(FORMATS.indexOf(before) + 1) % FORMATS.length]!) : undefined,
      exportIt: some ? () => output.write(fileOf(results.table.study), save) : undefined,
      copy: some ? () => output.copy(resultsText(results, view, format)) : undefined,
      open: study === null ? undefined : () => go('runs', { study }),
    },
    { active },
  )
  if (!some) {
    const text = [
      'No study yet, so no table.',
      `Start one on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`,
    ]
    return <Message width={width} height={height} text={text} />
  }
  const note = `${model} · ${keyWords('exportIt')} as ${format} · ${results.table.on} ${METRIC_NAMES[metric]}`
  const props = { width, height: height - 2, active, results, model }
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Views {...{ width, note }} name={study ?? ''} views={views} current={view} />
      <Blank />
      <Box flexDirection="column" width={width} height={height - 2}>
        {view === 'medians' && <MediansView {...props} />}
        {view === 'contrasts' && <ContrastsView {...props} />}
        {view === 'curve' && <CurveView {...props} curves={curves} />}
      </Box>
    </Box>
  )
}
