import { LabError } from '../../core/shared/errors.ts'
import type { Run } from '../../core/study/run.ts'
import type { Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { changeLab, readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
import { argument } from '../options.ts'

/** What goes with a study, by the ids of runs. */
interface Held {
  readonly dataset: string
  /** That no other study uses. */
  readonly own: readonly number[]
  /** Those of them that are finished. */
  readonly done: readonly number[]
  /** That a runner may be at, or come to. */
  readonly waiting: readonly Run[]
  /** How many others use and keep. */
  readonly shared: number
  readonly evaluated: boolean
}

export const studiesRemove = defineCommand({
  name: 'studies remove',
  summary: 'forget a study, and the runs that no other study uses',
  description:
    'Asks first, and says how many finished runs go (--yes answers). Their numbers, history, provenance and weights go with the study, its notes and what it measured on test; ' +
    'runs that another study uses stay. A study in work is stopped first: `mri-lab stop`. Its dataset stays, and may be removed once no study uses it.',
  arguments: { name: argument('NAME', "the study's name") },
  options: {},
  examples: [{ line: 'mri-lab studies remove quick', says: 'Forget a study, once asked' }],
  async action(context, { name }) {
    const { forgetRuns, mayBeTrained } = await import('../forgetRuns.ts')
    const look = (store: Store): Held => {
      const held = heldBy(store, name)
      if (held === null) throw noStudy(name)
      if (!mayBeTrained(store, held.waiting)) return held
      throw new LabError('usage', `study ${name} is in work: 'mri-lab stop' ends that first`)
    }
    const asked = await readLab(context, null, look)
    if (asked === null) throw noStudy(name)
    await confirm(context, `Forget study ${name} ${heldWords(asked)}?`)
    const weights = await changeLab(context, store => {
      const chosen = (): number[] => {
        const now = look(store)
        if (now.done.length > asked.done.length || now.evaluated !== asked.evaluated)
          throw new LabError('failed', `study ${name} went on meanwhile, and nothing was forgotten: ask again`)
        return [...now.own]
      }
      return forgetRuns(store, chosen, () => store.studies.delete(name))
    })
    const runs = asked.own
    context.result({ removed: name, runs, weights }, () =>
      [
        `forgot study ${name} and ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
        `its dataset ${asked.dataset} stays`,
      ].join('; '),
    )
  },
})

function heldBy(store: Store, name: string): Held | null {
  const study = store.studies.get(name)
  if (study === null) return null
  const own = store.studies.ownRunIds(name)
  const runs = store.runs.list({ study: name })
  return {
    dataset: study.dataset,
    own,
    done: runs.filter(({ id, status }) => status === 'done' && own.includes(id)).map(({ id }) => id),
    // Queued runs of a study that is paused or stopped wait for nobody.
    waiting: study.state === 'active' ? runs : runs.filter(({ status }) => status === 'running'),
    shared: runs.length - own.length,
    evaluated: store.evaluations.of(name) !== null,
  }
}

function heldWords({ done, shared, evaluated }: Held): string {
  const others =
    shared === 0
      ? ''
      : ` (${shared} more ${shared === 1 ? 'is' : 'are'} of other studies too, and ${shared === 1 ? 'stays' : 'stay'})`
  const test = evaluated ? ', and what they measured on test, once' : ''
  return `with ${done.length} finished ${done.length === 1 ? 'run' : 'runs'}${others}${test}`
}
