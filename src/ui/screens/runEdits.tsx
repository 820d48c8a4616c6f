/** What people put on runs, and taking runs away: pins, tags, notes, deletion after a question. */
import { useState } from 'react'
import { Confirm } from '../components/Confirm.tsx'
import { Row } from '../components/Row.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { useTask } from '../hooks/useTask.ts'
import type { KeyHandlers } from '../keyboard.ts'
import { useLab } from '../lab.ts'
import type { RunLine } from '../queries/runs.ts'
import { SYMBOLS, useTheme } from '../theme.ts'

interface Edits {
  /** For `useKeys`. */
  readonly handlers: KeyHandlers
  /** While something is asked or typed, other keys rest. */
  readonly asking: boolean
  /** The line to draw, or null. */
  readonly line: React.ReactNode
}

type Editing = { readonly kind: 'tag' | 'note'; readonly text: string } | { readonly kind: 'delete' }

/** What of a run is looked at when it is edited. */
type EditedRun = Pick<RunLine, 'id' | 'status' | 'pinned' | 'tags'>

/** @param runs what is edited: the marked ones, else the one at the cursor */
export function useRunEdits(width: number, runs: readonly EditedRun[], onDeleted: () => void): Edits {
  const lab = useLab()
  const { failure } = useTheme()
  const { busy, error, begin } = useTask()
  const [editing, setEditing] = useState<Editing | null>(null)
  const [first] = runs
  const { store } = lab
  const idle = busy === null && first !== undefined && store !== null
  const change = (words: string, act: (run: EditedRun) => void): void => {
    setEditing(null)
    begin(words, async () => store?.atomically(() => runs.forEach(act)))
  }
  const counted = countOf(runs)
  const failed = runs.filter(run => run.status === 'failed')
  const handlers: KeyHandlers = {
    pin: idle ? () => change(`Pinning ${counted}`, run => store.runLabels.setPinned(run.id, !first.pinned)) : undefined,
    tag: idle ? () => setEditing({ kind: 'tag', text: first.tags }) : undefined,
    note: idle ? () => setEditing({ kind: 'note', text: '' }) : undefined,
    remove: idle && runs.every(run => run.status !== 'running') ? () => setEditing({ kind: 'delete' }) : undefined,
    retry:
      idle && failed.length > 0
        ? () => begin(`Putting ${countOf(failed)} back in the queue`, () => lab.control.retry(failed.map(run => run.id)))
        : undefined,
  }
  const take = ({ kind, text }: { kind: 'tag' | 'note'; text: string }): void => {
    const tags = text.split(/[\s,]+/).filter(Boolean)
    if (kind === 'tag') change(`Tagging ${counted}`, run => store?.runLabels.setTags(run.id, tags))
    else if (text.trim() === '') setEditing(null)
    else change(`Noting on ${counted}`, run => store?.notes.add({ run: run.id }, text.trim()))
  }
  const remove = (): void => {
    setEditing(null)
    begin(`Deleting ${counted}`, async say => {
      for (const run of runs) {
        say(`Deleting run ${run.id}`)
        await lab.ask(['runs', 'delete', String(run.id), '--yes'])
      }
      onDeleted()
    })
  }
  const line =
    editing?.kind === 'delete' ? (
      <Confirm
        width={width}
        question={`Delete ${counted} from every study, with all ${runs.length === 1 ? 'it' : 'they'} measured?`}
        onNo={() => setEditing(null)}
        onYes={remove}
      />
    ) : editing !== null ? (
      <TextInput
        width={width}
        label={`  ${editing.kind === 'tag' ? 'tags' : 'note'} of ${counted}: `}
        value={editing.text}
        onChange={text => setEditing({ ...editing, text })}
        onSubmit={() => take(editing)}
        onCancel={() => setEditing(null)}
        hint={editing.kind === 'tag' ? 'words; found by tag:word' : ''}
      />
    ) : busy !== null ? (
      <Row width={width} pieces={[`  ${busy} ...`]} />
    ) : error !== null ? (
      <Row width={width} pieces={[{ text: `  ${SYMBOLS.failure} `, color: failure }, error]} />
    ) : null
  return { handlers, asking: editing !== null, line }
}

function countOf(runs: readonly EditedRun[]): string {
  return runs.length === 1 ? `run ${runs[0]?.id}` : `${runs.length} runs`
}
