/** What a report is made from, for tests: a study of invented numbers, as large and as broken as asked for. */
import type { Dataset } from '../../../src/core/dataset/index.ts'
import type { ReportContent } from '../../../src/core/report/index.ts'
import { randomStream } from '../../../src/core/shared/random.ts'
import {
  type Cell,
  contrastsOf,
  METRICS,
  makeContrasts,
  makeTable,
  type On,
  parseSpec,
  policyName,
  type Run,
  type Spec,
  scenariosOf,
} from '../../../src/core/study/index.ts'

export interface Invented {
  readonly name?: string
  readonly dataset?: string
  readonly classes?: readonly string[]
  readonly scenario?: string
  readonly runs?: number
  /** Ids of runs of each kind. */
  readonly queued?: readonly number[]
  readonly failed?: readonly number[]
  readonly diverged?: readonly number[]
  readonly note?: string
  readonly error?: string
  readonly evaluated?: boolean
  /** Scenarios of fewer real images. */
  readonly fractions?: readonly number[]
}

export function inventedContent({
  name = 'main',
  dataset = 'scans',
  classes = ['NonDemented', 'MildDemented', 'ModerateDemented'],
  scenario = '100/20 all',
  runs: runsOfCell = 7,
  queued = [],
  failed = [],
  diverged = [],
  note = 'a note',
  error = 'out of memory',
  evaluated = true,
  fractions = [],
}: Invented = {}): ReportContent {
  const spec = parseSpec(
    {
      ...{ name, dataset, split: 'random', models: ['cnn'], policies: ['none', 'flip'], runs: runsOfCell, controls: true },
      scenarios: [
        { name: '100/0', real: 1 },
        ...fractions.map(real => ({ name: `${100 * real}/0`, real })),
        { name: scenario, real: 1, synthetic: 0.2, generator: 'morph' },
      ],
    },
    'test',
  )
  const split = inventedDataset(dataset, classes)
  const cells = scenariosOf(spec).flatMap(one =>
    spec.policies.map((policy): Cell => ({ model: 'cnn', policy: policyName(policy), scenario: one.name })),
  )
  const runs = Array.from({ length: runsOfCell }, (_, index) => index).flatMap(index =>
    cells.map((cell, at): Run => {
      const id = index * cells.length + at + 1
      const status = queued.includes(id) ? 'queued' : failed.includes(id) ? 'failed' : 'done'
      const loss = diverged.includes(id) ? Number.NaN : 0.4 + 0.05 * at + 0.1 * randomStream('report', id).uniform()
      const measured = {
        accuracy: 0.5,
        balancedAccuracy: 0.4,
        macroF1: 0.3,
        auc: null,
        brier: 0.6,
        ece: 0.1,
        quadraticWeightedKappa: 0.2,
        confusion: classes.map((_, t) => classes.map((__, p) => (t === p ? 5 : t + p))),
        perClass: classes.map(one => ({ class: one, support: 8, precision: null, recall: 0.5, f1: null })),
      }
      return {
        ...{ id, key: `key-${id}`, study: name, cell, index, seed: 1, status, engine: 'onnx-cpu' },
        ...{ error: status === 'failed' ? error : null, created: '2026-11-01T00:00:00.000Z', finished: null },
        result:
          status === 'done'
            ? {
                ...measured,
                ...{ epochs: 3, bestEpoch: 2, stoppedBy: 'patience', validationLoss: loss, finalValidationLoss: loss },
                ...{ seconds: 12, weights: 'w' },
                ...(Number.isNaN(loss) ? { diverged: { step: 9, epoch: 1, hint: 'a smaller learning rate may help' } } : {}),
              }
            : null,
        test: status === 'done' && evaluated ? { ...measured, loss: loss + 0.01 } : null,
      }
    }),
  )
  const measures: readonly On[] = evaluated ? ['validation', 'test'] : ['validation']
  return {
    ...{ version: '0.1.0', date: '2026-11-23T12:00:00.000Z', spec, metric: 'loss' },
    study: {
      created: '2026-11-01T00:00:00.000Z',
      error: null,
      evaluated: evaluated ? '2026-11-02T00:00:00.000Z' : null,
      notes: [note],
    },
    splits: [split],
    audit: null,
    warnings: [`3 pairs in two parts of ${dataset}`],
    runs,
    notesOfRuns: [{ run: 1, text: note }],
    epochs: new Map(
      runs.flatMap(run => (run.result === null ? [] : [[run.id, epochsOf(run.result.validationLoss)] as const])),
    ),
    provenance: new Map(runs.filter(run => run.result !== null).map(({ id }) => [id, MADE])),
    tables: METRICS.flatMap(metric => measures.map(on => tableOf(spec, runs, metric, on))),
    contrasts: measures.map(on =>
      makeContrasts({
        ...{ study: name, metric: 'loss', on, contrasts: contrastsOf(spec, classes), split: 'random split', splits: 1 },
        ...{ runsOfCell, runs, marks: ['simulated labels'] },
      }),
    ),
    bank: [{ generator: 'morph', images: classes.map(one => ({ class: one, count: 4 })), dollars: 0, fidelity: null }],
    spent: { dollars: 1.5, requests: 30 },
    pictures: {
      real: classes.map(one => ({ class: one, total: 8, images: [DOT] })),
      synthetic: classes.map(one => ({ generator: 'morph', class: one, pairs: [{ real: DOT, synthetic: DOT }] })),
      maps: [
        {
          ...{ model: 'cnn', run: 1, cell: `${scenario}, none`, layer: 'conv2', targets: [classes[0]!, classes[1]!] },
          notes: [note],
          images: [
            {
              ...{ kind: 'real', class: classes[0]!, predicted: classes[1]!, image: DOT },
              maps: [{ picture: DOT, probability: 0.25, empty: false }],
            },
          ],
          alike: [{ class: classes[0]!, target: classes[1]!, rank: 0.5 }],
        },
      ],
      missing: [`weights of ${dataset} are gone`],
    },
  }
}

function tableOf(spec: Spec, runs: readonly Run[], metric: (typeof METRICS)[number], on: On) {
  return makeTable({
    ...{ study: spec.name, metric, on, split: 'random split', models: spec.models, runsOfCell: spec.runs, runs },
    policies: spec.policies.map(policyName),
    scenarios: scenariosOf(spec).map(one => one.name),
    marks: ['simulated labels'],
    publishedOf: () => ({ value: 0.1135, marks: ['other data'] }),
  })
}

const MADE = {
  ...{ version: '0.1.0', node: '24.0.0', platform: 'linux x64', engine: 'onnx-cpu', device: 'a processor', threads: 1 },
  ...{ workers: 2, lowering: '2', versions: { onnxruntime: '1.30.0' } },
}

/** A white pixel. */
const DOT = {
  address:
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj9WAAAAABJRU5ErkJggg==',
  width: 1,
  height: 1,
}

function epochsOf(loss: number) {
  return [1, 2, 3].map(epoch => ({
    ...{ epoch, trainLoss: loss + 0.3 / epoch, validationLoss: epoch === 2 ? loss : loss + 0.1 },
    ...{ validationAccuracy: 0.5, imagesPerSecond: 100, seconds: 4 },
  }))
}

function inventedDataset(name: string, classes: readonly string[]): Dataset {
  return {
    ...{ name, fingerprint: 'f'.repeat(64), classes, simulatedLabels: true, pixels: 'p', rejected: [] },
    split: { kind: 'random', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
    images: classes.flatMap((_, label) =>
      (['train', 'train', 'train', 'train', 'train', 'validation', 'test'] as const).map((part, i) => ({
        ...{ id: `${label}-${i}`, sha256: `${label}-${i}`, label, part, sourcePart: null },
        ...{ width: 1, height: 1, offset: 0, origin: `${name}/${i}.png` },
      })),
    ),
  }
}
