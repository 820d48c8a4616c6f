/** Composing a study by keys: every field on a line, what is wrong at its field, and how much work it would be. */
import { Box } from 'ink'
import { useState } from 'react'
import { Confirm } from '../components/Confirm.tsx'
import { FormField } from '../components/FormField.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { type ComposeFacts, composeFacts, type SplitCounts, splitCounts } from '../queries/compose.ts'
import type { ScreenProps } from '../screen.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { checked, type Draft, estimateOf, firstDraft, presetDraft, usablePresets } from './composeDraft.ts'
import { type Field, fieldsOf } from './composeFields.ts'
import { type SpecFile, saveSpec, specFile } from './composeSave.ts'
import { estimateWords } from './composeWords.ts'

const NO_FACTS: ComposeFacts = { datasets: [], studies: [], pace: null }
/** Under the fields: a line apart, how much work it is, and what is asked, wrong or done. */
const FOOT = 3

export function Compose({ width, height, active, go }: ScreenProps) {
  const lab = useLab()
  const { failure, good } = useTheme()
  const { busy, error, begin } = useTask()
  const facts = useQuery<ComposeFacts, []>(composeFacts, NO_FACTS)
  const [edited, setEdited] = useKept<Draft | null>('compose.draft', null)
  const [partAt, setPartAt] = useKept('compose.part', { field: '', part: 0 })
  const [typing, setTyping] = useState<string | null>(null)
  const [asking, setAsking] = useState<SpecFile | null>(null)
  const [said, setSaid] = useState<string | null>(null)

  const draft = edited ?? firstDraft(facts)
  const counts = useQuery<SplitCounts | null, [string, Draft['split']]>(splitCounts, null, draft.dataset, draft.split)
  const { spec, problem } = checked(draft, facts, counts)
  const fields = fieldsOf(draft, facts, counts)
  const page = Math.max(1, height - FOOT)
  const cursor = useCursor('compose.cursor', fields.length, page)
  const field = fields[cursor.at]
  // From scenario to scenario it stays on the same number; any other field begins at its first part.
  const part = partAt.field === field?.id ? partAt.part : 0
  const { step, toggle, typed } = field?.parts[part] ?? {}

  const change = (next: Draft): void => {
    setSaid(null)
    setEdited(next)
  }
  const partCount = field?.parts.length ?? 1
  const toPart = (by: number) => () => setPartAt({ field: field?.id ?? '', part: (part + by + partCount) % partCount })
  const stepBy = (by: number) => (step === undefined ? (partCount > 1 ? toPart(by) : undefined) : () => change(step(by)))
  const nextPreset = (): void => {
    const names = usablePresets()
    const next = names[(names.indexOf(draft.name) + 1) % names.length] ?? ''
    const filled = presetDraft(
      next,
      facts.datasets.find(one => one.name === draft.dataset),
    )
    if (filled !== null) change(filled)
  }
  const withScenarios = (scenarios: Draft['scenarios']): void => change({ ...draft, scenarios })
  const none = facts.datasets.length === 0
  const free = busy === null && !none
  useKeys(
    'compose',
    {
      ...(none ? {} : cursor.handlers),
      left: none ? undefined : stepBy(-1),
      right: none ? undefined : stepBy(1),
      less: none ? undefined : stepBy(-1),
      more: none ? undefined : stepBy(1),
      nextPane: partCount > 1 && !none ? toPart(1) : undefined,
      previousPane: partCount > 1 && !none ? toPart(-1) : undefined,
      mark: toggle === undefined || none ? undefined : () => change(toggle()),
      open: none ? undefined : toggle !== undefined ? () => change(toggle()) : typed && (() => setTyping(typed.value)),
      addScenario: none ? undefined : () => withScenarios([...draft.scenarios, nextScenario(draft)]),
      removeScenario:
        field?.scenario === null || field === undefined || draft.scenarios.length < 2 || none
          ? undefined
          : () => withScenarios(draft.scenarios.filter((_, i) => i !== field.scenario)),
      preset: none ? undefined : nextPreset,
      save: spec !== null && free ? () => setAsking(specFile(process.cwd(), spec)) : undefined,
      start:
        spec !== null && free
          ? () =>
              begin(`Starting ${spec.name}`, async () => {
                await lab.control.start(spec)
                go('live', { study: spec.name })
              })
          : undefined,
    },
    { active: active && typing === null },
  )

  if (none) {
    const add = `Go to the Lab screen (${keyWords('goLab')}): ${keyWords('addSample')} adds the sample that ships.`
    return (
      <Message width={width} height={height} text={['There are no images here yet, so there is nothing to study.', add]} />
    )
  }
  const estimate = spec === null || counts === null ? null : estimateOf(spec, draft, facts, counts, lab.engine.workers)
  const state =
    busy !== null
      ? { text: `  ${busy} ...` }
      : error !== null
        ? { text: `  ${SYMBOLS.failure} ${error}`, color: failure }
        : said !== null
          ? { text: `  ${SYMBOLS.good} ${said}`, color: good }
          : { text: problem === null ? '  ' : `  ${SYMBOLS.failure} ${problem.field}: ${problem.says}`, color: failure }
  return (
    <Box flexDirection="column" width={width} height={height}>
      {fields.slice(cursor.top, cursor.top + page).map(({ id, scenario, label, parts, note }, i) => (
        <FormField
          key={`${id} ${scenario}`}
          width={width}
          label={label}
          parts={parts.map(one => one.text)}
          cursor={cursor.top + i === cursor.at ? part : null}
          note={note}
          problem={problem?.field === id && (problem.scenario ?? scenario) === scenario ? problem.says : null}
        />
      ))}
      <Box flexGrow={1} />
      <Row width={width} pieces={[{ text: `  ${estimateWords(estimate, facts.pace)}`, bold: true }]} />
      {typing !== null && typed !== undefined ? (
        <TextInput
          width={width}
          label={`  ${labelOf(field)}: `}
          value={typing}
          onChange={setTyping}
          onCancel={() => setTyping(null)}
          onSubmit={() => {
            setTyping(null)
            change(typed.set(typing))
          }}
          hint="Enter takes it, Esc gives it up"
        />
      ) : asking !== null && spec !== null ? (
        <Confirm
          width={width}
          question={`${asking.exists ? 'Replace' : 'Write'} ${asking.path}?`}
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null)
            begin(`Writing ${asking.path}`, async () => {
              await saveSpec(asking.path, spec)
              setSaid(`written to ${asking.path}; 'mri-lab run' takes it`)
            })
          }}
        />
      ) : (
        <Row width={width} pieces={[state]} />
      )}
    </Box>
  )
}

function labelOf(field: Field | undefined): string {
  return field?.scenario === null || field === undefined ? (field?.label ?? '') : 'per cent'
}

/** A further scenario: 20 % fewer real images than the last, as long as there are any. */
function nextScenario({ scenarios }: Draft): Draft['scenarios'][number] {
  const used = new Set(scenarios.map(({ real, copies }) => (copies === 0 ? real : -1)))
  const real = [100, 80, 60, 40, 20].find(one => !used.has(one)) ?? 50
  return { real, copies: 0 }
}
