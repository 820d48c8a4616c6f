import type { TestResult } from '../../core/study/run.ts'
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { noStudy } from '../missing.ts'
import { text } from '../options.ts'
import { alignedTable } from '../table.ts'

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: "measure a study's finished runs on the test images: once, after the study",
  description:
    'Each finished run predicts the test images of its split with its kept weights, on the engine the study was trained with. What they measure is ' +
    'recorded with the time; evaluating again changes nothing, even where the study has grown: test images that were looked at to decide ' +
    'anything are none any more. Then --on test works for tables and contrasts.',
  arguments: {},
  options: { study: text('S', 'the study (default: the newest)') },
  examples: [{ line: 'mri-lab evaluate --study main', says: 'The runs of the study main on the test images' }],
  async action(context, _, { study }) {
    const { newestStudy, noStudies } = await import('../studyTable.ts')
    const { evaluateRequest } = await import('../evaluateRequest.ts')
    const { evaluateStudy } = await import('../../runner/evaluateStudy.ts')
    const name = await readLab(context, null, store => study ?? newestStudy(store))
    if (name === null) throw study === undefined ? noStudies() : noStudy(study)
    await changeLab(context, async store => {
      if (store.studies.get(name) === null) throw noStudy(name)
      let progress: ReturnType<typeof context.progress> | undefined
      const evaluated = await evaluateStudy(store, name, {
        engine: prepared => evaluateRequest(context, prepared.engine),
        signal: context.signal,
        onRun: (done, total) => {
          progress ??= context.progress({ label: 'evaluating', unit: 'runs', total, from: 0 })
          progress.update(done)
        },
      }).finally(() => progress?.end())
      const { evaluation, already } = evaluated
      const runs = evaluation.runs.flatMap(id => store.runs.get(id) ?? [])
      const record = {
        study: name,
        already,
        evaluated: evaluation.created,
        engine: evaluation.engine,
        runs: runs.map(run => ({ run: run.id, ...run.cell, index: run.index, ...numbers(run.test) })),
      }
      context.result(record, () =>
        already
          ? `study ${name} was evaluated already, at ${evaluation.created}: ${evaluation.runs.length} runs; that stands, nothing was changed`
          : `${alignedTable(
              [
                { title: 'run', align: 'right' },
                { title: 'model' },
                { title: 'policy' },
                { title: 'scenario' },
                { title: 'number', align: 'right' },
                { title: 'test loss', align: 'right' },
                { title: 'accuracy', align: 'right' },
                { title: 'balanced', align: 'right' },
              ],
              runs.map(({ id, cell, index, test }) => [
                String(id),
                ...[cell.model, cell.policy, cell.scenario, String(index)],
                ...[test?.loss, test?.accuracy, test?.balancedAccuracy].map(value => formatNumber(value)),
              ]),
            )}\n\nevaluated ${runs.length} runs of study ${name}, once; 'mri-lab tables --on test' and 'mri-lab contrasts --on test' show it`,
      )
    })
  },
})

function numbers(test: TestResult | null): Omit<TestResult, 'confusion' | 'perClass'> | null {
  if (test === null) return null
  const { confusion: _, perClass: __, ...rest } = test
  return rest
}
