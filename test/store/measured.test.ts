import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Epoch, RunResult } from '../../src/core/study/run.ts'
import { finished, planned, queued, result, storeWithStudy } from './laboratory.ts'

/** Any double there is, but that SQLite's REAL has one zero only. */
const number = fc
  .oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE))
  .map(value => (value === 0 ? 0 : value))
const nullableRatio = fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map(value => (value === 0 ? 0 : value)))
const count = fc.nat({ max: 2 ** 31 })

const histories = fc
  .array(
    fc.record({
      trainLoss: number,
      validationLoss: number,
      validationAccuracy: number,
      imagesPerSecond: number,
      seconds: number,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(rows => rows.map((row, index): Epoch => ({ epoch: index + 1, ...row })))

const results = (epochs: number) =>
  fc.integer({ min: 1, max: 5 }).chain(classes =>
    fc.record<RunResult>({
      epochs: fc.constant(epochs),
      bestEpoch: fc.integer({ min: 1, max: epochs }),
      stoppedBy: fc.constantFrom('patience', 'epochs'),
      validationLoss: number,
      finalValidationLoss: number,
      accuracy: number,
      balancedAccuracy: nullableRatio,
      macroF1: nullableRatio,
      auc: nullableRatio,
      brier: nullableRatio,
      ece: nullableRatio,
      quadraticWeightedKappa: nullableRatio,
      confusion: fc.array(fc.array(count, { minLength: classes, maxLength: classes }), {
        minLength: classes,
        maxLength: classes,
      }),
      perClass: fc.array(
        fc.record({
          class: fc.string(),
          support: count,
          precision: nullableRatio,
          recall: nullableRatio,
          f1: nullableRatio,
        }),
        { minLength: classes, maxLength: classes },
      ),
      seconds: number,
      weights: fc.constant('c'.repeat(64)),
    }),
  )

it('brings every result and history back as it was, diverged ones too', () => {
  const store = storeWithStudy()
  let runs = 0
  fc.assert(
    fc.property(
      histories.chain(epochs => fc.tuple(fc.constant(epochs), results(epochs.length))),
      ([epochs, measured]) => {
        const [id] = store.runs.queue('first', [planned(`run ${runs++}`)])
        store.runs.markRunning(id!, 'reference')
        for (const epoch of epochs) store.epochs.append(id!, epoch)
        expect(store.epochs.of(id!)).toEqual(epochs)
        store.runs.finish(id!, finished({ result: measured, epochs }))
        expect(store.epochs.of(id!)).toEqual(epochs)
        expect(store.runs.get(id!)?.result).toEqual(measured)
      },
    ),
    { numRuns: 200 },
  )
  const all = store.runs.list()
  expect(all.length).toBe(runs)
  expect(all.map(run => run.result)).toEqual(all.map(run => store.runs.get(run.id)?.result))
})

it('brings provenance and training images back as they were', () => {
  const store = storeWithStudy()
  let runs = 0
  const name = fc.string().filter(text => text !== '__proto__')
  const images = fc.dictionary(name, fc.record({ real: count, synthetic: count, images: fc.array(fc.string()) }), {
    noNullPrototype: true,
  })
  const objects = fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true })
  fc.assert(
    fc.property(objects, images, (given, training) => {
      const provenance: unknown = JSON.parse(JSON.stringify(given))
      const [id] = store.runs.queue('first', [planned(`run ${runs++}`)])
      store.runs.markRunning(id!, 'reference')
      store.runs.finish(id!, finished({ provenance: given, training }))
      expect(store.provenance.of(id!)).toEqual(provenance)
      expect(store.training.of(id!)).toEqual(training)
    }),
    { numRuns: 100 },
  )
})

it('stores NaN as NULL and an undefined ratio as NULL too, each in columns of its own', () => {
  const store = storeWithStudy()
  const [id] = queued(store, 'a')
  store.runs.markRunning(id!, 'reference')
  store.runs.finish(
    id!,
    finished({ result: result({ validationLoss: Number.NaN, finalValidationLoss: Infinity, auc: Number.NaN }) }),
  )
  expect(store.runs.get(id!)?.result).toMatchObject({ validationLoss: Number.NaN, finalValidationLoss: Infinity, auc: null })
  const raw = new Database(store.path)
  const row = raw.prepare('SELECT validation_loss, final_validation_loss, auc, macro_f1 FROM results').get()
  expect(row).toEqual({ validation_loss: null, final_validation_loss: Infinity, auc: null, macro_f1: null })
  raw.close()
})
