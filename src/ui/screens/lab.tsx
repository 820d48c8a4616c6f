/** Home: the studies, how far each is, and what to do next. */
import { Box } from 'ink'
import { useState } from 'react'
import type { StudySummary } from '../../store/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Confirm } from '../components/Confirm.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { Steps } from '../components/Steps.tsx'
import { Table } from '../components/Table.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useListFilter } from '../hooks/useListFilter.tsx'
import { useOutput } from '../hooks/useOutput.tsx'
import { useProblems } from '../hooks/useProblems.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useStatus } from '../hooks/useStatus.ts'
import { useStudyAnswers } from '../hooks/useStudyAnswers.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { datasetCount, studies } from '../queries/studies.ts'
import type { ScreenProps } from '../screen.ts'
import { studyState } from '../studyState.ts'
import { textFile } from '../textFile.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { studyColumns, studyRow } from './labRows.ts'
import { folderName, nextSteps } from './labSteps.ts'

/** The preset for newcomers, on the sample. */
const QUICK = 'quick'
/** On 80 columns. */
const ADVICE_ROWS = 2
const NO_STUDIES: readonly StudySummary[] = []

export function LabScreen({ width, height, active, go }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const { busy, error, begin } = useTask()
  const [asking, setAsking] = useState<'stop' | 'fetch' | null>(null)
  const output = useOutput()
  const [path, setPath] = useState<string | null>(null)
  const every = useQuery(studies, NO_STUDIES)
  const filter = useListFilter('lab.filter', width)
  const all = every.filter(one => filter.accepts([one.name, one.dataset]))
  const datasets = useQuery(datasetCount, 0)
  const status = useStatus()
  const alive = status.runner?.alive === true

  const fresh = datasets === 0
  const quickIsNew = every.every(({ name }) => name !== QUICK)
  const amiss = [...(lab.advice === null ? [] : [lab.advice]), ...useProblems()]
  const page = Math.max(1, height - 14 - ADVICE_ROWS * amiss.length)
  const cursor = useCursor('lab.cursor', all.length, page)
  const answers = useStudyAnswers(all.slice(cursor.top, cursor.top + page))
  const study = all[cursor.at]
  const state = study === undefined ? null : studyState(study, alive)
  const onStudy = (act: ((name: string) => void) | false | undefined) =>
    study === undefined || !act || busy !== null ? undefined : () => act(study.name)

  const startQuick = async (): Promise<void> => {
    if (fresh) await lab.addSample()
    const { preset } = await import('../../core/study/presets.ts')
    await lab.control.start(preset(QUICK))
  }
  const lineOf = (one: StudySummary): string => studyRow(one, alive, answers).cells.join('\t')
  useKeys(
    'lab',
    {
      ...(every.length > 0 ? filter.handlers : {}),
      ...(all.length > 1 ? cursor.handlers : {}),
      open: onStudy(name => go('tables', { study: name })),
      showRuns: onStudy(name => go('runs', { study: name })),
      copy: study && (() => output.copy(lineOf(study))),
      exportIt:
        study && (() => output.write(textFile(process.cwd(), `${study.name}-report`, 'html'), writeReport(study.name))),
      howToInstall: lab.advice === null ? undefined : () => go('doctor'),
      addFolder: busy === null ? () => setPath('') : undefined,
      fetchData: busy === null ? () => setAsking('fetch') : undefined,
      addSample: fresh && busy === null ? () => begin('Adding the sample images', () => lab.addSample()) : undefined,
      start: quickIsNew && busy === null ? () => begin('Starting the quick study', startQuick) : undefined,
      likeStudy: onStudy(name => go('compose', { study: name })),
      newStudy: fresh ? undefined : () => go('compose'),
      pause: onStudy(state?.inWork && (name => begin(`Pausing ${name}`, () => lab.control.pause(name)))),
      resume: onStudy(state?.resumable && (name => begin(`Going on with ${name}`, () => resume(name)))),
      stop: onStudy(state?.inWork && (() => setAsking('stop'))),
    },
    { active: active && path === null },
  )
  const resume = (name: string): Promise<void> => {
    const left = study === undefined ? 0 : study.runs - study.done - study.failed
    return left > 0 ? lab.control.resume(name) : lab.control.retry()
  }

  const writeReport =
    (name: string) =>
    async (file: string): Promise<void> => {
      await lab.ask(['report', '--study', name, '--out', file])
    }
  const addFolder = (folder: string): void => {
    setPath(null)
    if (folder.trim() === '') return
    const name = folderName(folder.trim())
    begin(`Adding the images of ${folder.trim()} as ${name}`, say =>
      lab.ask(['data', 'add', name, folder.trim()], { onNote: say }),
    )
  }

  return (
    <Box flexDirection="column" width={width} height={height}>
      {every.length === 0 ? (
        <Welcome width={width} fresh={fresh} />
      ) : (
        <Table
          width={width}
          height={page + 1}
          columns={studyColumns(all)}
          count={all.length}
          row={at => studyRow(all[at]!, alive, answers)}
          cursor={cursor.at}
          top={cursor.top}
        />
      )}
      {filter.line ?? <Blank />}
      <Steps
        width={width}
        title="Next"
        steps={nextSteps({ fresh, quickIsNew, study, alive, status, advice: lab.advice !== null })}
      />
      <Box flexGrow={1} />
      {path !== null && (
        <TextInput
          width={width}
          label="  a folder with a folder of images for each class: "
          value={path}
          onChange={setPath}
          onSubmit={() => addFolder(path)}
          onCancel={() => setPath(null)}
        />
      )}
      {asking === 'fetch' && (
        <Confirm
          width={width}
          question="Download Falah/Alzheimer_MRI from the Hugging Face hub (28 MB)?"
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null)
            begin('Fetching falah', say => lab.ask(['data', 'fetch', 'falah'], { onNote: say }))
          }}
        />
      )}
      {asking === 'stop' && study !== undefined && (
        <Confirm
          width={width}
          lines={2}
          question={`Stop ${study.name}? Runs in work are lost; ${keyWords('resume')} goes on later.`}
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null)
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
