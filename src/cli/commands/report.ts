import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { choice, eitherWay, text } from '../options.ts'

export const report = defineCommand({
  name: 'report',
  summary: 'a study as one HTML file that needs no network: what was asked, done and found, with charts and pictures',
  description:
    'The question, the data with its audit, the method in words, the tables, every run as a point, the declared contrasts with what may be ' +
    'concluded, loss curves, confusion matrices, synthetic images beside real ones, Grad-CAM, cost, provenance and the spec. A study that is not ' +
    'finished says what is missing. The file holds images of the dataset: --no-pictures leaves them out where they must not be passed on. The same ' +
    'database and --date give the same bytes.',
  arguments: {},
  options: {
    study: text('S', 'the study (default: the newest)'),
    out: text('FILE.html', 'where it goes'),
    metric: choice(
      ['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'auc'],
      'what its figures and contrasts speak of (default: loss)',
    ),
    pictures: eitherWay('embed images (default)'),
    gradcam: eitherWay('ask a run of each model what it looks at (default)'),
    fidelity: eitherWay('compare the synthetic images with real ones (default)'),
    date: text('DATE', 'the date it carries, as 2026-11-23 (default: today)'),
  },
  examples: [
    { line: 'mri-lab report --study main --out main.html', says: 'To look at, print, or put beside a paper' },
    {
      line: 'mri-lab report --study main --out main.html --no-pictures',
      says: 'Without any image of the dataset',
    },
  ],
  async action(context, _, { study, out, metric = 'loss', pictures = true, gradcam = true, fidelity = true, date }) {
    if (out === undefined) throw new LabError('usage', 'report: give --out FILE.html')
    const { writeReport } = await import('../writeReport.ts')
    const asked = { study, metric, pictures, maps: gradcam, fidelity, date: dateOf(date) ?? context.now() }
    const written = await writeReport(context, asked, out)
    context.result(written, () => `wrote ${written.path}, ${written.bytes.toLocaleString('en')} bytes`)
  },
})

function dateOf(given: string | undefined): Date | null {
  if (given === undefined) return null
  const date = new Date(given)
  if (/^\d{4}-\d{2}-\d{2}/.test(given) && !Number.isNaN(date.getTime())) return date
  throw new LabError('usage', `--date: '${given}' is no date as 2026-11-23`)
}
