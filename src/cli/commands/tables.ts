import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
import { choice, text } from '../options.ts'

export const tables = defineCommand({
  name: 'tables',
  summary: "a study's medians, by model, scenario and policy",
  arguments: {},
  options: {
    study: text('S', 'the study (default: the newest)'),
    metric: choice(['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'auc'], 'what is measured (default: loss)'),
    on: choice(['validation', 'test'], 'the images it is measured on (default: validation)'),
    format: choice(['text', 'md', 'csv', 'latex', 'json'], 'how it is written (default: text)'),
  },
  examples: [
    { line: 'mri-lab tables --study quick', says: 'Medians of the loss with their intervals' },
    { line: 'mri-lab tables --study quick --metric balancedAccuracy --format csv > table.csv', says: 'For a spreadsheet' },
    { line: 'mri-lab tables --study quick --format latex > table.tex', says: 'For a paper: needs the package booktabs' },
  ],
  async action(context, _, { study, metric = 'loss', on = 'validation', format = 'text' }) {
    const { noStudies, tableOf } = await import('../studyTable.ts')
    const table = await readLab(context, null, store => tableOf(store, study, metric, on))
    if (table === null) throw study === undefined ? noStudies() : noStudy(study)
    if (context.settings.json || format === 'json') {
      context.printJson(table)
      return
    }
    const { formatTable } = await import('../../core/study/index.ts')
    context.print(formatTable(table, format).trimEnd())
  },
})
