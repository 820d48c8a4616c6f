import { formatDuration } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'

export const status = defineCommand({
  name: 'status',
  summary: 'what is trained now, and how far it is',
  arguments: {},
  options: {},
  examples: [{ line: 'mri-lab status --json', says: 'For a script' }],
  async action(context) {
    const { NO_STATUS, runnerStatus } = await import('../../runner/index.ts')
    const now = await readLab(context, NO_STATUS, runnerStatus)
    context.result(now, () => {
      if (now.study === null) return "Nothing is trained, and there are no studies; 'mri-lab run quick' makes one."
      const left = now.secondsLeft === null ? '' : `, ${formatDuration(now.secondsLeft)} left`
      const state = now.runner === null ? 'no runner' : now.paused ? 'paused' : `runner ${now.runner.pid ?? 'starting'}`
      return [
        `study ${now.study}: ${now.done} of ${now.total} runs done${now.failed > 0 ? `, ${now.failed} failed` : ''}${left} (${state})`,
        ...now.running.map(
          ({ run, cell, index, epochs }) =>
            `  run ${run}: ${cell.model}, ${cell.policy}, ${cell.scenario}, number ${index}, ${epochs} epochs so far`,
        ),
      ].join('\n')
    })
  },
})
