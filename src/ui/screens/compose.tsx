/** Composing a study by keys: every field on a line, what is wrong at its field, how much work it would be and what it could show. */
import { Box } from 'ink'
import { useState } from 'react'
import { specJson } from '../../core/study/index.ts'
import { FormField } from '../components/FormField.tsx'
import { Message } from '../components/Message.tsx'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import type { ScreenProps } from '../screen.ts'
import { textFile } from '../textFile.ts'
import { draftOfSpec } from './composeDraft.ts'
import { openSpec, saveSpec } from './composeFile.ts'
import { ComposeFoot, FOOT_LINES, type Question, type Typed } from './composeFoot.tsx'
import { type ComposeForm, useComposeForm } from './composeForm.ts'
import { editHandlers, typedPart } from './composeKeys.ts'
import { type FormLine, formLines, topLine } from './composeLines.ts'
import { EvenLine, MixLine, ScenarioHead, ScenarioRow } from './composeScenarioRows.tsx'
import { SpecView } from './composeSpec.tsx'
import { startObstacle, startQuestion, startStudy } from './composeStart.ts'
import { fetchQuestion, fetchWeights, lackingWeights } from './composeWeights.ts'

export function Compose({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const output = useOutput()
  const { busy, error, begin } = useTask()
  const [question, setQuestion] = useState<Question | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [shows, setShows] = useState(false)
  const page = Math.max(1, height - FOOT_LINES)
  const form = useComposeForm(page, target.study ?? null)
  const [path, setPath] = useState<string | null>(null)
  const { spec, facts, bank } = form
  const none = facts.datasets.length === 0
  const free = busy === null && !none && spec !== null

  const start = (): void => {
    if (spec === null) return
    const run = (): void =>
      begin(`Starting ${spec.name}`, async say => {
        await startStudy(lab, spec, say)
        go('live', { study: spec.name })
      })
    const obstacle = bank.value === null ? null : startObstacle(bank.value)
    const asks = bank.value === null ? null : startQuestion(spec, bank.value)
    if (obstacle !== null) begin('Starting', () => Promise.reject(new Error(obstacle)))
    else if (asks === null) run()
    else setQuestion({ text: asks, onYes: run })
  }
  const save = (): void => {
    if (spec === null) return
    const { path, exists } = textFile(process.cwd(), spec.name, 'json')
    const onYes = (): void =>
      begin(`Writing ${path}`, async () => {
        await saveSpec(path, spec)
        setSaid(`written to ${path}; 'mri-lab run' takes it`)
      })
    setQuestion({ text: `${exists ? 'Replace' : 'Write'} ${path}?`, onYes })
  }
  // The one that the cursor is on, where that has none.
  const lacking = lackingWeights(facts, form.draft.models)
  const model = lacking.find(name => form.field?.id === 'models' && form.part?.text.endsWith(` ${name}`)) ?? lacking[0]
  const fetch = (of: NonNullable<typeof model>): void => {
    const onYes = (): void =>
      begin(`Fetching weights of ${of}`, async say => {
        await fetchWeights(lab, of, say)
        setSaid(`weights of ${of} are here`)
      })
    setQuestion({ text: fetchQuestion(of), onYes })
  }
  const open = (file: string): void => {
    setPath(null)
    begin(`Reading ${file}`, async () => {
      const opened = await openSpec(process.cwd(), file.trim())
      form.change(draftOfSpec(opened))
      setSaid(`${opened.name} of ${file.trim()}`)
    })
  }
  const edit: ComposeForm = {
    ...form,
    change: next => {
      setSaid(null)
      form.change(next)
    },
  }
  useKeys(
    'compose',
    none
      ? {}
      : {
          ...editHandlers(edit),
          save: free ? save : undefined,
          openSpec: busy === null ? () => setPath('') : undefined,
          // Until it is known what images are missing, nobody can be asked.
          start: free && !bank.waiting ? start : undefined,
          fetchWeights: busy === null && model !== undefined ? () => fetch(model) : undefined,
          copy: spec === null ? undefined : () => output.copy(`${JSON.stringify(specJson(spec), null, 2)}\n`),
          exportIt: free ? save : undefined,
          showSpec: spec === null ? undefined : () => setShows(true),
        },
    { active: active && form.typing === null && path === null && !shows },
  )
  if (none) {
    const add = `Go to the Lab screen (${keyWords('goLab')}): ${keyWords('addSample')} adds the sample that ships.`
    return (
      <Message width={width} height={height} text={['There are no images here yet, so there is nothing to study.', add]} />
    )
  }
  const typed: Typed | null =
    path === null
      ? typedPart(edit)
      : {
          label: '  open the spec of a file: ',
          value: path,
          onChange: setPath,
          onSubmit: () => open(path),
          onCancel: () => setPath(null),
        }
  const foot = { width, form: edit, busy, error, said, typed, question, onAnswered: () => setQuestion(null) }
  const lines = formLines(form.fields, form.cursor.at)
  const top = topLine(lines, form.cursor.at, form.at, page)
  return (
    <Box flexDirection="column" width={width} height={height}>
      {shows && spec !== null ? (
        <SpecView
          {...{ width, spec }}
          height={page + 1}
          active={active && question === null}
          onClose={() => setShows(false)}
          onSave={save}
        />
      ) : (
        lines.slice(top, top + page).map(line => <FormLineRow key={line.key} width={width} line={line} form={form} />)
      )}
      <Box flexGrow={1} />
      <ComposeFoot {...foot} />
    </Box>
  )
}

function FormLineRow({
  width,
  line,
  form,
}: {
  readonly width: number
  readonly line: FormLine
  readonly form: ComposeForm
}) {
  const { problem, cursor, counts } = form
  if (line.kind === 'head') return <ScenarioHead width={width} classes={counts?.classes.map(one => one.name) ?? []} />
  const { field } = line
  const part = line.kind !== 'field' || line.at === cursor.at ? form.at : null
  if (line.kind === 'mix') return <MixLine {...{ width, field }} row={line.row} cursor={part} />
  if (line.kind === 'even') return <EvenLine {...{ width, field }} row={line.row} cursor={part} />
  const wrong = problem?.field === field.id && (problem.scenario ?? field.scenario) === field.scenario ? problem.says : null
  if (field.scenario !== null) return <ScenarioRow {...{ width, field }} cursor={part} problem={wrong} />
  const { label, note, parts } = field
  return <FormField {...{ width, label, note }} parts={parts.map(one => one.text)} cursor={part} problem={wrong} />
}
