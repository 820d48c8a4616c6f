import { LabError } from '../../core/shared/errors.ts'
import type { Run } from '../../core/study/run.ts'
import type { Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { changeLab, readLab } from '../lab.ts'
import { noRun } from '../missing.ts'
import { runArgument } from '../options.ts'

export const runsDelete = defineCommand({
  name: 'runs delete',
  summary: 'forget a run: its numbers, history, provenance and weights',
  description:
    'Asks first (--yes answers). Every study that uses the run loses it: its cell has one run fewer in tables and contrasts, which say so, until the study is run again ' +
    'and trains it anew. Its file of weights goes unless another run keeps the same; images stay.',
  arguments: { id: runArgument("the run's number in 'mri-lab runs'") },
  options: {},
  examples: [{ line: 'mri-lab runs delete 12 --yes', says: 'Forget run 12, unasked' }],
  async action(context, { id }) {
    const { forgetRuns, mayBeTrained } = await import('../forgetRuns.ts')
    const look = (store: Store): Run => {
      const run = store.runs.get(id)
      if (run === null) throw noRun(id)
      if (!mayBeTrained(store, [run])) return run
      throw new LabError('usage', `run ${id} is ${run.status}, in a study in work: 'mri-lab stop' ends that first`)
    }
    const found = await readLab<{ run: Run; studies: string[]; evaluated: string[] } | null>(context, null, store => {
      const run = look(store)
      const studies = store.studies.usersOf(id)
      return { run, studies, evaluated: studies.filter(name => store.evaluations.of(name)?.runs.includes(id)) }
    })
    if (found === null) throw noRun(id)
    const { run, studies, evaluated } = found
    const { model, policy, scenario } = run.cell
    const test = evaluated.length > 0 ? '; what it measured on test, once, goes too' : ''
    const users = `${studies.length === 1 ? 'study' : 'studies'} ${studies.join(', ')}`
    await confirm(
      context,
      `Forget run ${id} (${model}, ${policy}, ${scenario}, number ${run.index}, ${run.status}), which ${users} lose${studies.length === 1 ? 's' : ''}${test}?`,
    )
    const [weights = null] = await changeLab(context, store => {
      const chosen = (): number[] => {
        if (look(store).status === 'done' && run.status !== 'done')
          throw new LabError('failed', `run ${id} was finished meanwhile, and nothing was forgotten: ask again`)
        return [id]
      }
      return forgetRuns(store, chosen)
    })
    context.result({ deleted: id, studies, weights }, () =>
      [
        `forgot run ${id} of ${users}${weights === null ? '' : ', and its weights'}`,
        `running ${studies.length === 1 ? 'that study' : 'those studies'} again trains it anew`,
      ].join('; '),
    )
  },
})
