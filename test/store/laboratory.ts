/** What the store's tests are made on: a temporary folder, a clock that ticks a second a look, and small rows. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Dataset } from '../../src/core/dataset/dataset.ts'
import type { ErrorKind, LabError } from '../../src/core/shared/errors.ts'
import type { Epoch, RunResult } from '../../src/core/study/run.ts'
import { type FinishedRun, openStore, type PlannedRun, type Store } from '../../src/store/index.ts'

/** A folder of its own, gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mri-lab-store-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** 2026-01-01T00:00:00Z, then a second later at every look. */
export function clock(): () => Date {
  let seconds = 0
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++))
}

/** A store open for writing, closed after the test. */
export function temporaryStore(path = join(temporaryFolder(), 'lab.db')): Store {
  const store = openStore(path, { now: clock(), mode: 'write' })
  onTestFinished(() => store.close())
  return store
}

/** A store with a dataset `sample` and a study `first` over it. */
export function storeWithStudy(path?: string): Store {
  const store = temporaryStore(path)
  store.datasets.add(dataset('sample'))
  store.studies.add({ name: 'first', dataset: 'sample', spec: { runs: 2 } })
  return store
}

/** Queues runs of these keys for the study `first`, as its own, and returns their ids. */
export function queued(store: Store, ...keys: string[]): number[] {
  return store.atomically(() => {
    const ids = store.runs.queue(
      'first',
      keys.map((key, index) => planned(key, { index })),
    )
    store.studies.grow('first', ids)
    return ids
  })
}

export function planned(key: string, given: Partial<PlannedRun> = {}): PlannedRun {
  return { key, cell: { model: 'cnn', policy: 'none', scenario: '100/0' }, index: 0, seed: 1, ...given }
}

export function dataset(name: string, given: Partial<Dataset> = {}): Dataset {
  const sha256 = (letter: string) => letter.repeat(64)
  const size = { width: 4, height: 3 }
  return {
    name,
    fingerprint: sha256('f'),
    classes: ['NonDemented', 'MildDemented'],
    split: { kind: 'grouped', validationFraction: 0.2, testFraction: 0.1, seed: 7 },
    simulatedLabels: true,
    source: { origin: 'a scanner', licence: 'CC0-1.0' },
    pixels: sha256('9'),
    images: [
      {
        id: `${sha256('b')}-1`,
        sha256: sha256('b'),
        label: 1,
        part: 'train',
        sourcePart: 'train',
        ...size,
        offset: 0,
        origin: 'MildDemented/1.jpg',
      },
      {
        id: `${sha256('a')}-1`,
        sha256: sha256('a'),
        label: 0,
        part: 'validation',
        sourcePart: 'test',
        ...size,
        offset: 12,
        origin: 'x row 2',
      },
      {
        id: `${sha256('b')}-2`,
        sha256: sha256('b'),
        label: 1,
        part: 'test',
        sourcePart: null,
        ...size,
        offset: 24,
        origin: 'x row 3',
      },
    ],
    rejected: [{ path: 'broken.jpg', reason: 'not an image' }],
    ...given,
  }
}

export function epoch(number: number, given: Partial<Epoch> = {}): Epoch {
  const measured = { trainLoss: 1 / number, validationLoss: 1.1 / number, validationAccuracy: 0.5 }
  return { epoch: number, ...measured, imagesPerSecond: 1234.5, seconds: 0.25, ...given }
}

export function result(given: Partial<RunResult> = {}): RunResult {
  return {
    epochs: 2,
    bestEpoch: 2,
    stoppedBy: 'patience',
    validationLoss: 0.3,
    finalValidationLoss: 0.55,
    accuracy: 0.75,
    balancedAccuracy: 0.7,
    macroF1: null,
    auc: 0.9,
    brier: 0.4,
    ece: 0.05,
    quadraticWeightedKappa: null,
    confusion: [
      [5, 1],
      [0, 12],
    ],
    perClass: [
      { class: 'NonDemented', support: 6, precision: 1, recall: 5 / 6, f1: 10 / 11 },
      { class: 'MildDemented', support: 12, precision: null, recall: 1, f1: null },
    ],
    seconds: 12.5,
    weights: 'c'.repeat(64),
    ...given,
  }
}

export function finished(given: Partial<FinishedRun> = {}): FinishedRun {
  return {
    result: result(),
    epochs: [epoch(1), epoch(2)],
    training: { NonDemented: { real: 2, synthetic: 1, images: ['a-1', 'b-1', 'a-1s1'] } },
    provenance: { engine: 'onnx-cpu', versions: { node: '24' } },
    ...given,
  }
}

/** What `act` throws has this kind and its message all of these in it; for `expect(...).toThrow`. */
export function labError(kind: ErrorKind, ...parts: readonly string[]): object {
  const matches = (error: LabError) => error.kind === kind && parts.every(part => error.message.includes(part))
  return { asymmetricMatch: (error: unknown) => (error as LabError)?.name === 'LabError' && matches(error as LabError) }
}
