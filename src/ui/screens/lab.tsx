/** Home: the studies, how far each is, and what to do next. */
import { Box } from 'ink'
import { useState } from 'react'
import type { RunnerStatus } from '../../runner/index.ts'
import type { StudySummary } from '../../store/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Confirm } from '../components/Confirm.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { type Step, Steps } from '../components/Steps.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useProblems } from '../hooks/useProblems.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useStatus } from '../hooks/useStatus.ts'
import { useTask } from '../hooks/useTask.ts'
import { type Action, keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { datasetCount, studies } from '../queries/studies.ts'
import type { ScreenProps } from '../screen.ts'
import { studyState } from '../studyState.ts'
import { SYMBOLS, useTheme } from '../theme.ts'

const COLUMNS: readonly DataColumn[] = [
  { title: 'Studies', width: 20, grow: true },
  { title: 'data', width: 12, drop: 2 },
  { title: 'runs', width: 11, align: 'right' },
  { title: 'state', width: 24 },
  { title: 'begun', width: 10, drop: 1 },
]
/** The preset for newcomers, on the sample. */
const QUICK = 'quick'
/** On 80 columns. */
const ADVICE_ROWS = 2
const NO_STUDIES: readonly StudySummary[] = []

export function LabScreen({ width, height, active, go }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const { busy, error, begin } = useTask()
  const [asking, setAsking] = useState(false)
  const all = useQuery(studies, NO_STUDIES)
  const datasets = useQuery(datasetCount, 0)
  const status = useStatus()
  const alive = status.runner?.alive === true

  const fresh = datasets === 0
  const quickIsNew = all.every(({ name }) => name !== QUICK)
  const amiss = [...(lab.advice === null ? [] : [lab.advice]), ...useProblems()]
  const page = Math.max(1, height - 13 - ADVICE_ROWS * amiss.length)
  const cursor = useCursor('lab.cursor', all.length, page)
  const study = all[cursor.at]
  const state = study === undefined ? null : studyState(study, alive)
  const onStudy = (act: ((name: string) => void) | false | undefined) =>
    study === undefined || !act || busy !== null ? undefined : () => act(study.name)

  const startQuick = async (): Promise<void> => {
    if (fresh) await lab.addSample()
    const { preset } = await import('../../core/study/presets.ts')
    await lab.control.start(preset(QUICK))
  }
  useKeys(
    'lab',
    {
      ...(all.length > 1 ? cursor.handlers : {}),
      open: onStudy(name => go('tables', { study: name })),
      showRuns: onStudy(name => go('runs', { study: name })),
      addSample: fresh && busy === null ? () => begin('Adding the sample images', () => lab.addSample()) : undefined,
      start: quickIsNew && busy === null ? () => begin('Starting the quick study', startQuick) : undefined,
      likeStudy: onStudy(name => go('compose', { study: name })),
      newStudy: fresh ? undefined : () => go('compose'),
      pause: onStudy(state?.inWork && (name => begin(`Pausing ${name}`, () => lab.control.pause(name)))),
      resume: onStudy(state?.resumable && (name => begin(`Going on with ${name}`, () => resume(name)))),
      stop: onStudy(state?.inWork && (() => setAsking(true))),
    },
    { active },
  )
  const resume = (name: string): Promise<void> => {
    const left = study === undefined ? 0 : study.runs - study.done - study.failed
    return left > 0 ? lab.control.resume(name) : lab.control.retry()
  }

  return (
    <Box flexDirection="column" width={width} height={height}>
      {all.length === 0 ? (
        <Welcome width={width} fresh={fresh} />
      ) : (
        <Table
          width={width}
          height={page + 1}
          columns={COLUMNS}
          count={all.length}
          row={at => studyRow(all[at]!, alive)}
          cursor={cursor.at}
          top={cursor.top}
        />
      )}
      <Blank />
      <Steps width={width} title="Next" steps={nextSteps({ fresh, quickIsNew, study, alive, status })} />
      <Box flexGrow={1} />
      {asking && study !== undefined && (
        <Confirm
          width={width}
          question={`Stop ${study.name}? Runs in work are lost; ${keyWords('resume')} goes on later.`}
          onNo={() => setAsking(false)}
          onYes={() => {
            setAsking(false)
            begin(`Stopping ${study.name}`, () => lab.control.stop(study.name))
          }}
        />
      )}
      {amiss.map(text => (
        <Message key={text} width={width} height={ADVICE_ROWS + 1} tone="warning" text={[text]} />
      ))}
      {busy !== null && <Row width={width} pieces={[`  ${busy} ...`]} />}
      {error !== null && <Row width={width} pieces={[{ text: `  ${SYMBOLS.failure} `, color: failure }, error]} />}
      <Row width={width} pieces={[{ text: '  Research software. Not for diagnosis.', dim: true }]} />
    </Box>
  )
}

function Welcome({ width, fresh }: { readonly width: number; readonly fresh: boolean }) {
  const says = fresh
    ? 'There are no images here yet. The lab asks whether synthetic images help a classifier; it begins with images.'
    : 'There are images, and no study yet. A study trains every combination of model, policy and scenario many times.'
  return (
    <>
      <Row width={width} pieces={[{ text: '  Welcome to MRI Lab', bold: true }]} />
      <Message width={width} height={5} text={[says]} />
    </>
  )
}

function studyRow(study: StudySummary, alive: boolean) {
  const { name, dataset, done, runs, created } = study
  const { words, tone } = studyState(study, alive)
  return { key: name, cells: [name, dataset, `${done}/${runs}`, words, created.slice(0, 10)], tone }
}

interface Situation {
  readonly fresh: boolean
  readonly quickIsNew: boolean
  readonly study: StudySummary | undefined
  readonly alive: boolean
  readonly status: RunnerStatus
}

/** What a newcomer, or someone who comes back, would do now. */
function nextSteps({ fresh, quickIsNew, study, alive, status }: Situation): Step[] {
  const steps: (readonly [Action, string])[] = []
  const state = study === undefined ? null : studyState(study, alive)
  if (fresh) steps.push(['addSample', 'add the sample: brain slices with simulated labels that ship with the lab'])
  if (status.running.length > 0) steps.push(['goLive', `watch ${status.study ?? 'the study'} train`])
  if (study !== undefined && state?.resumable) steps.push(['resume', `go on with ${study.name}`])
  if (study !== undefined && study.done > 0) steps.push(['open', `see the medians of ${study.name}`])
  if (quickIsNew) {
    steps.push(['start', `${fresh ? 'add it and start' : 'start'} the quick study: 12 small runs, minutes on two cores`])
  }
  if (!fresh) steps.push(['newStudy', 'compose a study of your own'])
  return steps.slice(0, 4).map(([action, says]) => ({ key: keyWords(action), says }))
}
