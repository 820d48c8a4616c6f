import { RUN_STATUSES, type Run } from '../../core/study/run.ts'
import { defineCommand } from '../command.ts'
import { formatDuration } from '../duration.ts'
import { readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
import { formatNumber } from '../number.ts'
import { choice, text } from '../options.ts'
import { runRecord } from '../runRecord.ts'
import { alignedTable } from '../table.ts'

export const runs = defineCommand({
  name: 'runs',
  summary: 'the runs, with what each measured',
  arguments: {},
  options: {
    study: text('S', 'only the runs that this study uses'),
    model: text('M', 'only of this model'),
    policy: text('P', 'only with this augmentation policy'),
    scenario: text('SC', 'only of this scenario'),
    status: choice(RUN_STATUSES, 'only in this state'),
  },
  examples: [
    { line: 'mri-lab runs --study quick --policy none', says: "A study's runs without augmentation" },
    { line: 'mri-lab runs --status failed --json', says: 'What failed, for a script' },
  ],
  async action(context, _, options) {
    const found = await readLab<Run[]>(context, [], store => {
      if (options.study !== undefined && store.studies.get(options.study) === null) throw noStudy(options.study)
      return store.runs.list(options)
    })
    context.result(found.map(runRecord), () => (found.length > 0 ? list(found) : 'No runs here.'))
  },
})

function list(found: readonly Run[]): string {
  return alignedTable(
    [
      { title: 'id', align: 'right' },
      { title: 'study' },
      { title: 'model' },
      { title: 'policy' },
      { title: 'scenario' },
      { title: 'number', align: 'right' },
      { title: 'status' },
      { title: 'epochs', align: 'right' },
      { title: 'loss', align: 'right' },
      { title: 'accuracy', align: 'right' },
      { title: 'engine' },
      { title: 'time', align: 'right' },
    ],
    found.map(({ id, study, cell, index, status, result, engine }) => [
      String(id),
      study,
      cell.model,
      cell.policy,
      cell.scenario,
      String(index),
      status,
      formatNumber(result?.epochs),
      formatNumber(result?.validationLoss),
      formatNumber(result?.accuracy),
      engine ?? '',
      result === null ? '' : formatDuration(result.seconds),
    ]),
  )
}
