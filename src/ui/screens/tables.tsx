/** A study's medians and contrasts: a model and a metric at a time, on validation or test; exported and copied. */
import { Box } from 'ink'
import { useState } from 'react'
import { METRICS, type Metric, type On, type TableFormat } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Confirm } from '../components/Confirm.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { Views } from '../components/Views.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { studyNames } from '../queries/studies.ts'
import { resultsText, type StudyResults, studyResults } from '../queries/studyResults.ts'
import type { ScreenProps } from '../screen.ts'
import { METRIC_NAMES } from '../tableText.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { ContrastsView } from './tablesContrasts.tsx'
import { exportFile, writeExport } from './tablesExport.ts'
import { MediansView } from './tablesMedians.tsx'

const NO_NAMES: readonly string[] = []
const VIEWS = ['medians', 'contrasts'] as const
const FORMATS: readonly TableFormat[] = ['text', 'md', 'csv', 'latex', 'json']

/** Of both views. */
export interface TableViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly results: StudyResults
  readonly model: string
}

export function TablesScreen({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const { good, failure } = useTheme()
  const { busy, error, begin } = useTask()
  const names = useQuery<readonly string[], []>(studyNames, NO_NAMES)
  const [chosen, setChosen] = useKept<string | null>(`tables.study ${target.study ?? ''}`, target.study ?? null)
  const [metric, setMetric] = useKept<Metric>('tables.metric', 'loss')
  const [on, setOn] = useKept<On>('tables.on', 'validation')
  const [modelAt, setModelAt] = useKept('tables.model', 0)
  const [view, setView] = useKept<(typeof VIEWS)[number]>('tables.view', 'medians')
  const [format, setFormat] = useKept<TableFormat>('tables.format', 'text')
  const [asking, setAsking] = useState<ReturnType<typeof exportFile> | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const study = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null)
  const results = useQuery<StudyResults | null, [string | null, Metric, On]>(studyResults, null, study, metric, on)
  const models = [...new Set(results?.table.rows.map(row => row.model))]
  const model = models[modelAt % Math.max(1, models.length)]

  const other = (): void => setView(view === 'medians' ? 'contrasts' : 'medians')
  const some = results !== null && model !== undefined
  const copy = (of: StudyResults) => () => {
    setSaid(null)
    begin('Copying', async () => {
      lab.copy(resultsText(of, view, format))
      setSaid(`copied as ${format}, where the terminal lets programs copy (OSC 52)`)
    })
  }
  useKeys(
    'tables',
    {
      nextPane: some ? other : undefined,
      previousPane: some ? other : undefined,
      metric: some ? () => setMetric(before => METRICS[(METRICS.indexOf(before) + 1) % METRICS.length]!) : undefined,
      on: results?.evaluated === true ? () => setOn(on === 'test' ? 'validation' : 'test') : undefined,
      nextModel: models.length > 1 ? () => setModelAt(at => (at + 1) % models.length) : undefined,
      nextStudy: names.length > 1 ? () => setChosen(names[(names.indexOf(study ?? '') + 1) % names.length]!) : undefined,
      format: some ? () => setFormat(before => FORMATS[(FORMATS.indexOf(before) + 1) % FORMATS.length]!) : undefined,
      exportIt:
        some && study !== null && busy === null
          ? () => setAsking(exportFile(process.cwd(), { study, view, metric, format }))
          : undefined,
      copy: some ? copy(results) : undefined,
      open: study === null ? undefined : () => go('runs', { study }),
    },
    { active: active && asking === null },
  )
  if (!some) {
    const text = [
      'No study yet, so no table.',
      `Start one on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`,
    ]
    return <Message width={width} height={height} text={text} />
  }
  const note = `${model} · ${results.table.on} ${METRIC_NAMES[metric]} · ${keyWords('exportIt')} as ${format}`
  const props = { width, height: height - 3, active: active && asking === null, results, model }
  const state =
    busy !== null
      ? [`  ${busy} ...`]
      : error !== null
        ? [{ text: `  ${SYMBOLS.failure} `, color: failure }, error]
        : said === null
          ? [' ']
          : [{ text: `  ${SYMBOLS.good} `, color: good }, said]
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Views {...{ width, note }} name={study ?? ''} views={VIEWS} current={view} />
      <Blank />
      <Box flexDirection="column" width={width} height={height - 3}>
        {view === 'medians' ? <MediansView {...props} /> : <ContrastsView {...props} />}
      </Box>
      {asking === null ? (
        <Row width={width} pieces={state} />
      ) : (
        <Confirm
          width={width}
          question={`${asking.exists ? 'Replace' : 'Write'} ${asking.path}?`}
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null)
            setSaid(null)
            begin(`Writing ${asking.path}`, async () => {
              await writeExport(asking.path, resultsText(results, view, format))
              setSaid(`written to ${asking.path}`)
            })
          }}
        />
      )}
    </Box>
  )
}
