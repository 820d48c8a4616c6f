/** What keys do to the draft. */
import type { KeyHandlers } from '../keyboard.ts'
import { PRESET_NAMES, presetDraft } from './composeDraft.ts'
import type { Typed } from './composeFoot.tsx'
import type { ComposeForm } from './composeForm.ts'
import { REAL_ALONE } from './composeScenario.ts'
import { withScenarios } from './composeScenarios.ts'
import type { Draft } from './composeValues.ts'

/** What is typed in place of the part at the cursor. */
export function typedPart({ typing, setTyping, change, field, part }: ComposeForm): Typed | null {
  const { typed } = part ?? {}
  if (typing === null || typed === undefined) return null
  return {
    label: `  ${field?.scenario === null ? field.label : 'scenario'}: `,
    value: typing,
    onChange: setTyping,
    onCancel: () => setTyping(null),
    onSubmit: () => {
      setTyping(null)
      change(typed.set(typing))
    },
  }
}

export function editHandlers(form: ComposeForm): KeyHandlers {
  const { draft, facts, field, part, cursor, change, toPart, setTyping } = form
  const { step, toggle, typed } = part ?? {}
  const several = (field?.parts.length ?? 1) > 1
  const by = (steps: number) =>
    step === undefined ? (several ? () => toPart(steps) : undefined) : () => change(step(steps))
  const toScenarios = (scenarios: Draft['scenarios']) => () => change(withScenarios(draft, scenarios))
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
    addScenario: toScenarios([...draft.scenarios, nextScenario(draft, scenario)]),
    removeScenario:
      scenario === null || draft.scenarios.length < 2
        ? undefined
        : toScenarios(draft.scenarios.filter((_, i) => i !== scenario)),
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
