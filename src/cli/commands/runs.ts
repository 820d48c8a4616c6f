import { RUN_STATUSES, type Run } from '../../core/study/run.ts'
import { formatDuration, formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
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
    const study = options.study
    const found = await readLab<Run[] | null>(context, null, store => {
      if (study !== undefined && store.studies.get(study) === null) throw noStudy(study)
      return store.runs.list(options)
    })
    if (found === null && study !== undefined) throw noStudy(study)
    const all = found ?? []
    context.result(all.map(runRecord), () => (all.length > 0 ? list(all) : 'No runs here.'))
  },
})

/** Below the table why each run failed, and how to try again. */
function list(found: readonly Run[]): string {
  const failed = found.filter(({ status }) => status === 'failed')
  const table = alignedTable(
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
  if (failed.length === 0) return table
  const causes = failed.map(({ id, error }) => `run ${id} failed: ${error ?? 'nobody knows why'}`)
  return [table, '', ...causes, `'mri-lab retry ${failed.map(({ id }) => id).join(' ')}' tries again`].join('\n')
}
