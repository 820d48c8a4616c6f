import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
import { choice, text } from '../options.ts'

export const contrasts = defineCommand({
  name: 'contrasts',
  summary: "what a study's declared comparisons show: differences of paired runs, exact tests, and what may be concluded",
  description:
    'Compares the cells that the spec declares, run by run of equal index: the median difference and the Hodges-Lehmann estimate with exact ' +
    "intervals, the exact signed-rank test (Pratt), corrected by Holm's method for all contrasts of one model and question. Nothing is concluded " +
    'before both cells are complete.',
  arguments: {},
  options: {
    study: text('S', 'the study (default: the newest)'),
    metric: choice(['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'auc'], 'what is measured (default: loss)'),
    on: choice(['validation', 'test'], 'the images it is measured on (default: validation)'),
    difference: text(
      'D',
      "how many runs would show a difference of D, in the metric's unit (default: a tenth of the median)",
    ),
    format: choice(['text', 'md', 'csv', 'latex', 'json'], 'how it is written (default: text)'),
  },
  examples: [
    { line: 'mri-lab contrasts --study main', says: 'Which differences are real' },
    {
      line: 'mri-lab contrasts --study main --on test --format latex > contrasts.tex',
      says: 'For a paper, on the test images',
    },
    { line: 'mri-lab contrasts --study main --difference 0.01', says: 'How many runs would show a difference of 0.01 nats' },
  ],
  async action(context, _, { study, metric = 'loss', on = 'validation', difference, format = 'text' }) {
    const { contrastsOfStudy, noStudies } = await import('../studyTable.ts')
    const asked = { metric, on, difference: difference === undefined ? undefined : positive(difference) }
    const found = await readLab(context, null, store => contrastsOfStudy(store, study, asked))
    if (found === null) throw study === undefined ? noStudies() : noStudy(study)
    if (context.settings.json || format === 'json') {
      context.printJson(found)
      return
    }
    const { formatContrasts } = await import('../../core/study/index.ts')
    context.print(formatContrasts(found, format).trimEnd())
  },
})

function positive(given: string): number {
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (value > 0 && Number.isFinite(value)) return value
  throw new LabError('usage', `--difference: '${given}' is no number above 0`)
}
