/** The four requests to the runner. Each is a row in the database that the runner applies once. */
import { LabError } from '../../core/shared/errors.ts'
import type { RunnerControl } from '../../runner/index.ts'
import type { Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { changeExistingLab, changeLab, readLab } from '../lab.ts'
import { noRun, noStudy } from '../missing.ts'
import { maybe, runArguments } from '../options.ts'

const study = maybe('STUDY', 'its name (default: the one in work)')

function requestCommand(
  name: 'pause' | 'resume' | 'stop',
  words: { summary: string; description: string; example: string; said: string },
) {
  return defineCommand({
    name,
    summary: words.summary,
    description: words.description,
    arguments: { study },
    options: {},
    examples: [{ line: `mri-lab ${name}`, says: words.example }],
    async action(context, { study }) {
      const { studyInWork, waitingStudy } = await import('../../runner/index.ts')
      const { runnerOf } = await import('../runnerOf.ts')
      const none = () => new LabError('usage', "there are no studies; 'mri-lab run quick' starts one")
      await changeExistingLab(context, none, async store => {
        const named = study ?? (name === 'resume' ? waitingStudy(store) : studyInWork(store))
        const found = store.studies.get(named)
        if (found === null) throw noStudyToAsk(store, name, named)
        if (found.done === found.runs) throw new LabError('usage', `study ${named} is finished: there is nothing to ${name}`)
        const control: RunnerControl = runnerOf(context, store)
        await control[name](named)
        context.result({ study: named, request: name }, () => `${words.said} ${named}`)
      })
    },
  })
}

/** Who gives a run's number, as for `retry`, is told whose it is. */
function noStudyToAsk(store: Store, command: string, named: string): LabError {
  const users = /^\d{1,15}$/.test(named) ? store.studies.usersOf(Number(named)) : []
  if (users.length === 0) return noStudy(named)
  const studies = users.map(study => `'mri-lab ${command} "${study}"'`).join(' or ')
  return new LabError('usage', `${command} is of a whole study: run ${named} is part of ${studies}`)
}

export const pause = requestCommand('pause', {
  summary: 'let the runs in work finish and start no more',
  description: 'The runs in work go on to their end; no further run of the study starts until `resume`.',
  example: 'Free the machine soon, losing nothing',
  said: 'asked to pause study',
})

export const resume = requestCommand('resume', {
  summary: 'go on with a study that was paused, stopped or cut short',
  description: 'Failed and stopped runs go back into the queue. A runner is started where none lives.',
  example: 'Go on',
  said: 'going on with study',
})

export const stop = requestCommand('stop', {
  summary: 'end the runs in work at their next step; `resume` goes on',
  description: 'Finished runs are kept. A run that is ended starts again from its beginning, and gives the same numbers.',
  example: 'Free the machine now',
  said: 'asked to stop study',
})

export const retry = defineCommand({
  name: 'retry',
  summary: 'train failed runs again',
  arguments: { runs: runArguments('their ids (default: all failed runs)') },
  options: {},
  examples: [{ line: 'mri-lab retry 12 13', says: 'Try two of them again' }],
  async action(context, { runs }) {
    const { runnerOf } = await import('../runnerOf.ts')
    const known = await readLab(context, [], store => store.runs.list())
    for (const id of runs) {
      const run = known.find(each => each.id === id)
      if (run === undefined) throw noRun(id)
      if (run.status !== 'failed' && run.status !== 'stopped') {
        throw new LabError('usage', `run ${id} is ${run.status}: only failed and stopped runs can be tried again`)
      }
    }
    const again = runs.length > 0 ? runs : known.filter(run => run.status === 'failed').map(run => run.id)
    if (again.length > 0) await changeLab(context, store => runnerOf(context, store).retry(again))
    context.result({ runs: again }, () => (again.length > 0 ? `trying again: run ${again.join(', ')}` : 'no run has failed'))
  },
})
