/** The state of the form: the draft, what comes of it, and where the cursor is. */
import { useState } from 'react'
import { type ModelName, type Preview, type RunStatus, type Spec, usesBank } from '../../core/study/index.ts'
import { type BankPlan, planSpec } from '../asked/bankPlan.ts'
import { type Answer, useAnswer } from '../hooks/useAnswer.ts'
import { type Cursor, useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useLab } from '../lab.ts'
import {
  type ComposeFacts,
  composeFacts,
  NO_FACTS,
  type SplitCounts,
  speedsByModel,
  splitCounts,
  studyStatuses,
} from '../queries/compose.ts'
import { checked, firstDraft, likeStudy, type Problem } from './composeDraft.ts'
import { fieldsOf } from './composeFields.ts'
import type { Field, FieldPart } from './composeParts.ts'
import { composePreview } from './composePreview.ts'
import type { Draft } from './composeValues.ts'
import { fromScratch } from './composeWeights.ts'

export interface ComposeForm {
  readonly facts: ComposeFacts
  readonly counts: SplitCounts | null
  readonly draft: Draft
  /** Null where something is wrong. */
  readonly spec: Spec | null
  readonly problem: Problem | null
  readonly preview: Preview | null
  readonly bank: Answer<BankPlan>
  readonly fields: readonly Field[]
  readonly cursor: Cursor
  readonly field: Field | undefined
  /** The part of the field that the cursor is on. */
  readonly at: number
  readonly part: FieldPart | undefined
  change(next: Draft): void
  toPart(by: number): void
  /** What is typed in place of the part; null: nothing is being typed. */
  readonly typing: string | null
  setTyping(text: string | null): void
}

/** Milliseconds that a draft stands before its images are counted. */
const PATIENCE = 500

/** @param study whose spec is opened as that of another one, until it is changed; null: what was composed last */
export function useComposeForm(page: number, study: string | null): ComposeForm {
  const lab = useLab()
  const facts = useQuery<ComposeFacts, []>(composeFacts, NO_FACTS)
  const [edited, setEdited] = useKept<Draft | null>('compose.draft', null)
  const [place, setPlace] = useKept('compose.part', { field: '', part: 0 })
  const [typing, setTyping] = useState<string | null>(null)

  const opened = facts.studies.find(one => one.name === study)
  const [taken, setTaken] = useState<string | null>(null)
  const before = (taken !== study && opened !== undefined ? likeStudy(opened.spec, facts) : edited) ?? firstDraft(facts)
  const standing = useFields(before, facts)
  const cursor = useCursor('compose.cursor', standing.fields.length, page)
  const at = partAt(standing.fields[cursor.at], place)
  // What is being typed counts already: bars and estimates change with each key.
  const draft = typing === null ? before : (standing.fields[cursor.at]?.parts[at]?.typed?.set(typing) ?? before)
  const { counts, spec, problem, fields } = useFields(draft, facts)
  const field = fields[cursor.at]
  const key = spec?.scenarios.some(usesBank) ? JSON.stringify(bankOf(spec)) : null
  const bank = useAnswer(key, signal => planSpec(lab.ask, spec!, signal), PATIENCE)
  const preview = usePreview(spec, counts, facts, bank.value)
  const count = field?.parts.length ?? 1
  return {
    ...{ facts, counts, draft, spec, problem, preview, bank, fields, cursor, field, at, typing, setTyping },
    part: standing.fields[cursor.at]?.parts[at],
    change: next => {
      setTaken(study)
      setEdited(next)
      // What a change puts over the cursor's field must not take its place.
      const now = fieldsOf(next, facts, counts).findIndex(one => one.id === field?.id && one.scenario === field.scenario)
      if (now >= 0 && now !== cursor.at) cursor.moveTo(now)
    },
    toPart: by => setPlace({ field: field?.id ?? '', part: (at + by + count) % count }),
  }
}

const NO_SPEEDS: Readonly<Record<string, number | null>> = {}
const NO_STATUSES: Readonly<Record<string, RunStatus>> = {}

function usePreview(
  spec: Spec | null,
  counts: SplitCounts | null,
  { pace }: ComposeFacts,
  bank: BankPlan | null,
): Preview | null {
  const { engine } = useLab()
  const { name, processor } = engine
  const statuses = useQuery<typeof NO_STATUSES, [string]>(studyStatuses, NO_STATUSES, spec?.name ?? '')
  const key = JSON.stringify({ spec, on: { engine: name, processor } })
  const speeds = useQuery<Readonly<Record<string, number | null>>, [string]>(speedsByModel, NO_SPEEDS, key)
  if (spec === null || counts === null || counts.classes.length === 0) return null
  return composePreview(spec, { counts, pace, speeds, statuses, bank, workers: engine.workers })
}

/** From scenario to scenario the cursor stays on the same number; any other field begins at its first part. */
function partAt(field: Field | undefined, place: { readonly field: string; readonly part: number }): number {
  return place.field === field?.id ? Math.min(place.part, Math.max(0, field.parts.length - 1)) : 0
}

function useFields(draft: Draft, facts: ComposeFacts) {
  const counts = useQuery<SplitCounts | null, [string, Draft['split']]>(splitCounts, null, draft.dataset, draft.split)
  const { spec, problem } = checked(draft, facts, counts)
  const scratch: readonly ModelName[] = spec === null ? [] : fromScratch(spec, facts)
  return { counts, spec, problem, fields: fieldsOf(draft, facts, counts, scratch) }
}

/** What of a spec decides the images that its runs want. */
function bankOf({ dataset, split, splits, scenarios, controls, sources, runs, seed }: Spec): object {
  return { dataset, split, splits, scenarios, controls, sources, runs, seed }
}
