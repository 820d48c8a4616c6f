/** Composing a study by keys: every field on a line, what is wrong at its field, how much work it would be and what it could show. */
import { Box } from 'ink'
import { useState } from 'react'
import { FormField } from '../components/FormField.tsx'
import { Message } from '../components/Message.tsx'
import { useKeys } from '../hooks/useKeys.ts'
import { useTask } from '../hooks/useTask.ts'
import type { KeyHandlers } from '../keyboard.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import type { ScreenProps } from '../screen.ts'
import { type Draft, PRESET_NAMES, presetDraft } from './composeDraft.ts'
import { ComposeFoot, FOOT_LINES, type Question } from './composeFoot.tsx'
import { type ComposeForm, useComposeForm } from './composeForm.ts'
import { type FormLine, formLines, topLine } from './composeLines.ts'
import { saveSpec, specFile } from './composeSave.ts'
import { REAL_ALONE } from './composeScenario.ts'
import { MixLine, ScenarioHead, ScenarioRow } from './composeScenarioRows.tsx'
import { SpecView } from './composeSpec.tsx'
import { startObstacle, startQuestion, startStudy } from './composeStart.ts'

export function Compose({ width, height, active, go }: ScreenProps) {
  const lab = useLab()
  const { busy, error, begin } = useTask()
  const [question, setQuestion] = useState<Question | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [shows, setShows] = useState(false)
  const page = Math.max(1, height - FOOT_LINES)
  const form = useComposeForm(page)
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
    const { path, exists } = specFile(process.cwd(), spec)
    const onYes = (): void =>
      begin(`Writing ${path}`, async () => {
        await saveSpec(path, spec)
        setSaid(`written to ${path}; 'mri-lab run' takes it`)
      })
    setQuestion({ text: `${exists ? 'Replace' : 'Write'} ${path}?`, onYes })
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
          // Until it is known what images are missing, nobody can be asked.
          start: free && !bank.waiting ? start : undefined,
          showSpec: spec === null ? undefined : () => setShows(true),
        },
    { active: active && form.typing === null && !shows },
  )
  if (none) {
    const add = `Go to the Lab screen (${keyWords('goLab')}): ${keyWords('addSample')} adds the sample that ships.`
    return (
      <Message width={width} height={height} text={['There are no images here yet, so there is nothing to study.', add]} />
    )
  }
  const foot = { width, form: edit, busy, error, said, question, onAnswered: () => setQuestion(null) }
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
  const part = line.kind === 'mix' || line.at === cursor.at ? form.at : null
  if (line.kind === 'mix') return <MixLine {...{ width, field }} row={line.row} cursor={part} />
  const wrong = problem?.field === field.id && (problem.scenario ?? field.scenario) === field.scenario ? problem.says : null
  if (field.scenario !== null) return <ScenarioRow {...{ width, field }} cursor={part} problem={wrong} />
  const { label, note, parts } = field
  return <FormField {...{ width, label, note }} parts={parts.map(one => one.text)} cursor={part} problem={wrong} />
}

/** What keys do to the draft. */
function editHandlers(form: ComposeForm): KeyHandlers {
  const { draft, facts, field, part, cursor, change, toPart, setTyping } = form
  const { step, toggle, typed } = part ?? {}
  const several = (field?.parts.length ?? 1) > 1
  const by = (steps: number) =>
    step === undefined ? (several ? () => toPart(steps) : undefined) : () => change(step(steps))
  const withScenarios = (scenarios: Draft['scenarios']) => () => change({ ...draft, scenarios })
  const scenario = field?.scenario ?? null
  const nextPreset = (): void => {
    const name = PRESET_NAMES[(PRESET_NAMES.indexOf(draft.name) + 1) % PRESET_NAMES.length] ?? ''
    const filled = presetDraft(
      name,
      facts.datasets.find(one => one.name === draft.dataset),
    )
    if (filled !== null) change(filled)
  }
  return {
    ...cursor.handlers,
    left: by(-1),
    right: by(1),
    less: by(-1),
    more: by(1),
    nextPane: several ? () => toPart(1) : undefined,
    previousPane: several ? () => toPart(-1) : undefined,
    mark: toggle && (() => change(toggle())),
    open: typed === undefined ? toggle && (() => change(toggle())) : () => setTyping(typed.value),
    addScenario: withScenarios([...draft.scenarios, nextScenario(draft, scenario)]),
    removeScenario:
      scenario === null || draft.scenarios.length < 2
        ? undefined
        : withScenarios(draft.scenarios.filter((_, i) => i !== scenario)),
    preset: nextPreset,
  }
}

/** The scenario at the cursor again, or real images alone: with fewer of them, as long as there are any. */
function nextScenario({ scenarios }: Draft, at: number | null): Draft['scenarios'][number] {
  const like = (at === null ? undefined : scenarios[at]) ?? REAL_ALONE
  const same = scenarios.filter(one => JSON.stringify({ ...one, real: 0 }) === JSON.stringify({ ...like, real: 0 }))
  const used = new Set(same.map(one => one.real))
  return { ...like, name: null, real: [100, 80, 60, 40, 20].find(one => !used.has(one)) ?? 50 }
}
