import type { StudySummary } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { alignedTable } from '../table.ts'

export const studies = defineCommand({
  name: 'studies',
  summary: 'the studies, and how far each is',
  arguments: {},
  options: {},
  examples: [{ line: 'mri-lab studies', says: 'Every study of ./lab.db' }],
  async action(context) {
    const all = await readLab<StudySummary[]>(context, [], store => store.studies.list())
    context.result(
      all.map(({ name, ...rest }) => ({ study: name, ...rest })),
      () => (all.length > 0 ? list(all) : "No studies yet; 'mri-lab run quick' makes one."),
    )
  },
})

function list(all: readonly StudySummary[]): string {
  return alignedTable(
    [
      { title: 'study' },
      { title: 'dataset' },
      { title: 'done', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'running', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'begun' },
    ],
    all.map(study => [
      study.name,
      study.dataset,
      ...[study.done, study.runs, study.running, study.failed].map(String),
      study.created.slice(0, 10),
    ]),
  )
}
