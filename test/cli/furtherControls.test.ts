/** Class weights, oversampling and another scenario's steps end to end: a real trainer, what is kept of its runs, and what the program shows. */
import { expect, it } from 'vitest'
import { parseSpec } from '../../src/core/study/index.ts'
import { prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { studyTable } from '../../src/ui/queries/tables.ts'
import { sampleLab } from '../runner/sampleLab.ts'
import { runLab, workingFolder } from './program.ts'

const real = { MildDemented: 0.5, NonDemented: 0.25 }
const spec = parseSpec(
  {
    ...{ name: 'further', dataset: 'sample', models: ['cnn'], policies: ['flip'], runs: 1, epochs: 2, size: 16, batch: 8 },
    scenarios: [
      { name: 'plain', real },
      { name: 'w', real, balance: 'weights' },
      { name: 'o', real, balance: 'oversample' },
      { name: 's', real, stepsOf: 'o' },
    ],
  },
  'test',
)

it('trains each, keeps exact counts and settings, and says in tables and runs show what was done', async () => {
  const store = sampleLab()
  prepareStudy(store, spec, { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' })
  await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
  expect(store.studies.get('further')).toMatchObject({ done: 4, failed: 0 })
  const runs = new Map(store.runs.list().map(run => [run.cell.scenario, run]))
  const kept = (name: string) => {
    const { id } = runs.get(name)!
    const { settings } = store.provenance.of(id) as { settings: { epochImages?: number; classWeights?: number[] } }
    return { id, settings, training: store.training.of(id)!, first: store.epochs.of(id)[0]! }
  }
  const [plain, weighted, even, steps] = ['plain', 'w', 'o', 's'].map(kept)
  const counts = Object.values(plain!.training).map(one => one.real)
  const [all, most] = [counts.reduce((sum, count) => sum + count, 0), Math.max(...counts)]
  const present = counts.filter(count => count > 0)

  expect(plain!.settings).not.toHaveProperty('classWeights')
  expect(weighted!.settings.classWeights).toEqual(counts.map(n => (n === 0 ? 0 : all / (present.length * n))))
  expect(Object.values(even!.training).map(one => one.real + (one.copies ?? 0))).toEqual(
    counts.map(n => (n === 0 ? 0 : most)),
  )
  expect(steps!.settings.epochImages).toBe(most * present.length)
  expect(Object.values(steps!.training).map(one => one.real)).toEqual(counts)
  const losses = [plain, weighted, even, steps].map(one => one!.first.trainLoss)
  expect(new Set(losses).size).toBe(4)

  const table = studyTable(store, 'further', 'loss')!
  const marks = Object.fromEntries(table.rows.map(row => [row.scenario, row.cells[0]!.marks]))
  expect(marks.w).toContain('class weights')
  expect(marks.o).toContain('oversampled')
  expect(marks.s).toContain('steps of o')
  expect(marks.plain).not.toContain('oversampled')

  const folder = workingFolder()
  const shown = await Promise.all(
    [weighted, even, steps].map(one => runLab(['runs', 'show', String(one!.id), '--db', store.path], folder)),
  )
  expect(shown[0]!.stdout).toMatch(/trained on +real +synthetic +class weight\n/)
  expect(shown[1]!.stdout).toMatch(/trained on +real +synthetic +copies\n/)
  expect(shown[2]!.stdout).toContain(
    `an epoch took ${most * present.length} images, ${Math.ceil((most * present.length) / 8)} steps, as many as scenario 'o'; it has ${all} images of its own`,
  )
})
