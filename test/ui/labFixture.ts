/** A lab to draw screens over: a real store in a temporary folder with made-up runs, and a runner that only notes what it is asked. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Audit, Dataset } from '../../src/core/dataset/index.ts'
import {
  type Cell,
  cellsOf,
  type Epoch,
  parseSpec,
  type RunResult,
  type Spec,
  specJson,
} from '../../src/core/study/index.ts'
import { encodeGreyFile } from '../../src/core/synthesis/index.ts'
import { NO_STATUS, type RunnerControl, type RunnerStatus } from '../../src/runner/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import type { Explanation, GpuLoad, Lab } from '../../src/ui/lab.ts'

const CLASSES = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
export interface FixtureLab extends Lab {
  readonly store: Store
  /** What the runner was asked, in order: `start quick`, `pause`. */
  readonly asked: string[]
  /** Changes what `control.status()` answers. */
  setStatus(status: Partial<RunnerStatus>): void
}

export interface FixtureOptions {
  /** Left out: `exampleSpec()`. */
  readonly spec?: Spec
  /** How many of the study's runs are done; the next fails, the one after runs, the others wait. Left out: all are done. */
  readonly done?: number
  readonly status?: Partial<RunnerStatus>
  /** False: the lab without a database. */
  readonly database?: boolean
  /** Whether one wants to be told when a study ends. */
  readonly notifies?: boolean
  /** Of the machine; left out: none. */
  readonly gpus?: readonly GpuLoad[]
  /** What is amiss on the machine. */
  readonly advice?: string
  /** Added to what `explain` answers. */
  readonly explanation?: Partial<Explanation>
  /** What the program answers, by its first words: `synth plan`. What is not there fails. */
  readonly answers?: Readonly<Record<string, unknown>>
}

/** A study of two policies and three scenarios. */
export function exampleSpec(overrides: object = {}): Spec {
  const spec = {
    name: 'mild-and-moderate',
    dataset: 'sample',
    models: ['cnn'],
    policies: ['none', 'flip', 'autoaugment'],
    scenarios: [
      { name: '100/0', real: 1 },
      { name: '80/0', real: 0.8 },
      { name: '80/20 copies', real: 0.8, synthetic: 0.2, generator: 'duplicate' },
    ],
    runs: 8,
    ...overrides,
  }
  return parseSpec(spec, 'fixture')
}

/** A lab with a dataset `sample` and one study; closed and removed after the test. */
export function fixtureLab(options: FixtureOptions = {}): FixtureLab {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mri-lab-ui-')))
  const lab = fixtureLabIn(folder, options)
  onTestFinished(() => {
    lab.store?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return lab
}

/** The same in a folder of the caller's, outside a test. */
function fixtureLabIn(folder: string, options: FixtureOptions = {}): FixtureLab {
  const path = join(folder, 'lab.db')
  const now = (): Date => new Date('2026-03-01T12:00:00Z')
  const store = options.database === false ? null : openStore(path, { now, mode: 'write' })
  if (store !== null) fillStore(store, options.spec ?? exampleSpec(), options.done)
  let status: RunnerStatus = { ...NO_STATUS, ...options.status }
  const asked: string[] = []
  const ask = async (...words: readonly (string | undefined)[]): Promise<void> => {
    asked.push(words.filter(word => word !== undefined).join(' '))
  }
  const control: RunnerControl = {
    start: spec => ask('start', spec.name),
    pause: study => ask('pause', study),
    resume: study => ask('resume', study),
    stop: study => ask('stop', study),
    retry: runs => ask('retry', runs?.join()),
    status: () => status,
  }
  const lab = {
    store,
    database: path,
    version: '0.0.0',
    engine: { name: 'onnx-cpu' as const, processor: 'example CPU', threads: 1, workers: 2 },
    colours: 256,
    advice: options.advice ?? null,
    control,
    notify: options.notifies === true ? (text: string) => void asked.push(`notify ${text}`) : null,
    copy: (text: string) => void asked.push(`copy ${text}`),
    machine: () => ({ processors: 0.97, used: 3.5e9, total: 16e9, gpus: options.gpus ?? [] }),
    now,
    asked,
    setStatus: (changed: Partial<RunnerStatus>) => {
      status = { ...status, ...changed }
    },
    addSample: async () => {
      asked.push('add sample')
      if (lab.store === null) lab.store = openStore(path, { now, mode: 'write' })
      addDataset(lab.store, 'sample')
    },
    ask: async (words: readonly string[]) => {
      await ask(...words)
      const command = Object.keys(options.answers ?? {}).find(name => words.join(' ').startsWith(name))
      if (command === undefined) throw new Error(`nobody answers '${words.join(' ')}'`)
      return options.answers?.[command]
    },
    // The example run takes every image for the second class.
    predictions: async (_run: number, from: number, count: number) =>
      Array.from({ length: Math.max(0, Math.min(count, 16 - from)) }, () => CLASSES[1]!),
    randomised: async () => ({ head: 0.35, all: 0.12 }),
    explain: async () => ({ ...exampleExplanation(), ...options.explanation }),
  }
  // Tests that draw a lab without a database do not look at its store.
  return lab as FixtureLab
}

/** Puts a study with runs into a store: the first `done` are finished, then one failed, one running, the rest queued. */
export function fillStore(store: Store, spec: Spec, done = Infinity): void {
  addDataset(store, spec.dataset)
  store.studies.add({
    name: spec.name,
    dataset: spec.dataset,
    spec: specJson(spec),
    engine: { engine: 'onnx-cpu', threads: 1, workers: 2, lowering: '1' },
  })
  const planned = Array.from({ length: spec.runs }, (_, index) =>
    cellsOf(spec).map(cell => ({ key: JSON.stringify([spec.name, cell, index]), cell, index, seed: spec.seed })),
  ).flat()
  store.atomically(() => {
    const ids = store.runs.queue(spec.name, planned)
    store.studies.grow(spec.name, ids)
    for (const [place, id] of ids.entries()) {
      const { cell, index } = planned[place]!
      if (place > done + 1) continue
      store.runs.markRunning(id, 'onnx-cpu')
      const epochs = exampleEpochs(cell, index)
      if (place < done) {
        const provenance = {
          engine: 'onnx-cpu',
          device: 'example CPU',
          threads: 1,
          versions: { node: '24.0.0' },
          seed: spec.seed,
        }
        store.runs.finish(id, { result: exampleResult(epochs), epochs, training: exampleTraining(), provenance })
      } else if (place === done) store.runs.fail(id, 'its trainer died twice')
      else for (const epoch of epochs.slice(0, 3)) store.epochs.append(id, epoch)
    }
  })
}

/** The example dataset with its pixels, unless it is there. */
function addDataset(store: Store, name: string): void {
  if (store.datasets.list().some(one => one.name === name)) return
  const dataset = exampleDataset(name)
  // Even pictures: where shades change depends on the processor's rounding.
  const pixels = store.files.write(Uint8Array.from({ length: 16 * dataset.images.length }, (_, i) => 7 * (i >> 4)))
  store.datasets.add({ ...dataset, pixels })
}

/** Puts `count` morphs of the dataset's first training images into the bank. */
export function fillBank(store: Store, count: number, name = 'sample'): void {
  const sources = exampleDataset(name).images.filter(one => one.part === 'train')
  const pixels = { width: 4, height: 4, pixels: new Uint8Array(16).fill(128) }
  const sha256 = store.files.write(encodeGreyFile(pixels))
  const images = sources.slice(0, count).map(source => ({
    ...{ dataset: name, generator: 'morph', class: CLASSES[source.label]!, parents: [source.sha256], trainedOn: [] },
    ...{ variation: 1, parameters: {}, cost: 0, terms: null, sha256, width: 4, height: 4 },
  }))
  store.bank.add(images)
}

/** What an audit of the example dataset could have found. */
export function exampleAudit(): Audit {
  const image = (number: number, part: 'train' | 'validation') => {
    const label = Math.floor(number / 8)
    const id = `${number.toString(16).padStart(64, '0')}-1`
    return { image: id, origin: `${CLASSES[label]}/${number % 8}.jpg`, class: CLASSES[label]!, part }
  }
  const pair = (a: number, b: number, likeness: number, more: object) => ({
    ...{ a: image(a, 'train'), b: image(b, 'validation'), likeness, exact: false, acrossSplits: true, labelConflict: false },
    ...more,
  })
  return {
    ...{ name: 'sample', fingerprint: 'f'.repeat(64), split: 'parity', images: 32, threshold: 0.9, outliers: [] },
    ...{
      exactDuplicates: 1,
      nearDuplicates: 1,
      acrossSplits: 2,
      labelConflicts: 1,
      baselineLoss: 1.386,
      baselineAccuracy: 0.25,
    },
    neighbours: { accuracy: 0.75, sameGroup: null, grouped: null },
    groups: { by: 'duplicates', count: 30, acrossSplits: 2 },
    ...{ classes: [], imbalance: 1, pairsLeftOut: 0 },
    pairs: [pair(0, 4, 1, { exact: true }), pair(1, 12, 0.94, { labelConflict: true })],
  }
}

/** Four images a class and part, without pixels. */
export function exampleDataset(name = 'sample'): Dataset {
  const images = CLASSES.flatMap((_, label) =>
    Array.from({ length: 8 }, (_, number) => {
      const sha256 = (label * 8 + number).toString(16).padStart(64, '0')
      const part = number < 4 ? ('train' as const) : ('validation' as const)
      const place = { width: 4, height: 4, offset: (label * 8 + number) * 16, origin: `${CLASSES[label]}/${number}.jpg` }
      return { id: `${sha256}-1`, sha256, label, part, sourcePart: part === 'train' ? part : ('test' as const), ...place }
    }),
  )
  return {
    name,
    fingerprint: 'f'.repeat(64),
    classes: CLASSES,
    split: { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
    simulatedLabels: true,
    pixels: '9'.repeat(64),
    images,
    rejected: [],
  }
}

/** A history of 6 to 9 epochs, the same for a cell and index every time. */
export function exampleEpochs(cell: Cell, index: number): Epoch[] {
  const shift = [...`${cell.model}${cell.policy}${cell.scenario}`].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 17
  const level = 0.6 + shift / 100 + index / 200
  const best = 4 + ((shift + index) % 4)
  return Array.from({ length: best + 2 }, (_, i) => {
    const epoch = i + 1
    const validationLoss = level + 0.5 * Math.exp(-epoch / 2) + (epoch > best ? 0.07 * (epoch - best) : 0)
    const trainLoss = (level + 0.5) * Math.exp(-epoch / 4)
    return {
      epoch,
      trainLoss,
      validationLoss,
      validationAccuracy: 0.5 + 0.03 * Math.min(epoch, best),
      imagesPerSecond: 118.4,
      seconds: 6.2,
    }
  })
}

function exampleResult(epochs: readonly Epoch[]): RunResult {
  const best = epochs.reduce((least, epoch) => (epoch.validationLoss < least.validationLoss ? epoch : least))
  return {
    epochs: epochs.length,
    bestEpoch: best.epoch,
    stoppedBy: 'patience',
    validationLoss: best.validationLoss,
    finalValidationLoss: epochs.at(-1)!.validationLoss,
    accuracy: best.validationAccuracy,
    balancedAccuracy: 0.5512,
    macroF1: 0.5331,
    auc: 0.8125,
    brier: 0.4375,
    ece: 0.0625,
    quadraticWeightedKappa: null,
    confusion: [
      [40, 8, 2, 0],
      [9, 24, 2, 0],
      [3, 5, 6, 0],
      [0, 1, 1, 3],
    ],
    perClass: [
      { class: 'NonDemented', support: 50, precision: 0.7692, recall: 0.8, f1: 0.7843 },
      { class: 'VeryMildDemented', support: 35, precision: 0.6316, recall: 0.6857, f1: 0.6575 },
      { class: 'MildDemented', support: 14, precision: 0.5455, recall: 0.4286, f1: 0.48 },
      { class: 'ModerateDemented', support: 5, precision: 1, recall: 0.6, f1: 0.75 },
    ],
    seconds: epochs.length * 6.2,
    weights: 'c'.repeat(64),
  }
}

function exampleTraining() {
  return Object.fromEntries(CLASSES.map(name => [name, { real: 4, synthetic: 0, images: [`${name}-1`] }]))
}

function exampleExplanation(): Explanation {
  const size = 16
  const shade = Float32Array.from({ length: size * size }, (_, i) => ((i % size) / size + Math.floor(i / size) / size) / 2)
  return {
    size,
    pixels: Uint8Array.from(shade, value => Math.round(value * 255)),
    map: { height: 4, width: 4, map: Float32Array.from({ length: 16 }, (_, i) => i / 15), empty: false },
    drawn: shade,
    class: 'VeryMildDemented',
    layer: 'conv2',
    layers: ['conv1', 'conv2'],
    probabilities: { NonDemented: 0.07, VeryMildDemented: 0.61, MildDemented: 0.31, ModerateDemented: 0.01 },
    label: 'MildDemented',
  }
}
