/** Every run of a study as a row for spreadsheets and statistics programs, and what its columns mean. */
import type { ClassScore, Run, TestResult } from '../study/index.ts'

export interface ExportedRun {
  readonly run: Run
  /** Which of the study's splits it stands on, from 0. */
  readonly split: number
  /** What is to be said of it. */
  readonly marks: readonly string[]
}

type Value = string | number | boolean | null

interface Column {
  readonly name: string
  readonly type: 'text' | 'whole' | 'number' | 'boolean' | 'time'
  readonly unit: string
  readonly meaning: string
  readonly of: (row: ExportedRun) => Value
}

/**
 * The rows and their dictionary, both as RFC 4180: CRLF, a header, quotes where needed, UTF-8 without a mark. What is not measured is empty;
 * a number of a diverged run that is none is `NaN`, an infinite one `Inf`. Text that a spreadsheet would take for a formula begins
 * with an apostrophe.
 *
 * @param classes in class order
 */
export function runsCsv(rows: readonly ExportedRun[], classes: readonly string[]): { runs: string; dictionary: string } {
  const columns = [
    ...IDENTITY,
    ...TRAINING,
    ...MEASURES.map(([key, unit, meaning]) => ofValidation(key, unit, meaning)),
    ...classes.flatMap(name => classColumns('', 'validation', name, ({ run }) => run.result?.perClass)),
    ...MEASURES.map(([key, unit, meaning]) => ofTest(key, unit, meaning)),
    ...classes.flatMap(name => classColumns('test ', 'test', name, ({ run }) => run.test?.perClass)),
    ...LAST,
  ]
  return {
    runs: csv([columns.map(({ name }) => name), ...rows.map(row => columns.map(({ of }) => of(row)))]),
    dictionary: csv([
      ['column', 'type', 'unit', 'meaning'],
      ...columns.map(({ name, type, unit, meaning }) => [name, type, unit, meaning]),
    ]),
  }
}

function csv(lines: readonly (readonly Value[])[]): string {
  return lines.map(line => `${line.map(field).join(',')}\r\n`).join('')
}

/** Leading letters after which spreadsheets compute (OWASP, CSV injection); the full-width ones too, which some take for the same. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u

function field(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value).replace('Infinity', 'Inf')
  if (typeof value === 'boolean') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const column = (
  name: string,
  type: Column['type'],
  meaning: string,
  of: Column['of'],
  unit = type === 'time' ? 'ISO 8601, UTC' : '',
): Column => ({ name, type, unit, meaning, of })

const IDENTITY: readonly Column[] = [
  column('run', 'whole', 'number of the run in its database', ({ run }) => run.id),
  column('study', 'text', 'the first study that asked for the run', ({ run }) => run.study),
  column('model', 'text', 'architecture', ({ run }) => run.cell.model),
  column('policy', 'text', 'policy of classical augmentation', ({ run }) => run.cell.policy),
  column('scenario', 'text', 'how the training set is mixed', ({ run }) => run.cell.scenario),
  column('index', 'whole', 'which of its cell, from 0: runs of equal index are pairs across cells', ({ run }) => run.index),
  column('split', 'whole', "which of the study's splits it stands on, from 0", ({ split }) => split),
  column('seed', 'whole', "the study's seed, from which with the index all random streams come", ({ run }) => run.seed),
  column('status', 'text', 'queued, running, done, failed or stopped', ({ run }) => run.status),
  column('marks', 'text', 'what to know before believing it, separated by "; "', ({ marks }) => marks.join('; ')),
  column(
    'diverged',
    'boolean',
    'whether the validation loss is no number at any epoch; empty before it is done',
    ({ run }) => (run.result === null ? null : !Number.isFinite(run.result.validationLoss)),
  ),
]

const TRAINING: readonly Column[] = [
  column('epochs', 'whole', 'epochs trained', ({ run }) => run.result?.epochs ?? null),
  column(
    'bestEpoch',
    'whole',
    'the epoch of the lowest validation loss, from 1, whose weights are kept',
    ({ run }) => run.result?.bestEpoch ?? null,
  ),
  column(
    'stoppedBy',
    'text',
    'patience (no better epoch in a row) or epochs (as many as were allowed)',
    ({ run }) => run.result?.stoppedBy ?? null,
  ),
  column('seconds', 'number', 'wall-clock time of the run', ({ run }) => run.result?.seconds ?? null, 's'),
]

/** Of RunResult and TestResult alike; the loss has another name in each. */
const MEASURES: readonly (readonly [keyof Omit<TestResult, 'confusion' | 'perClass'>, string, string])[] = [
  ['loss', 'nats', 'mean cross entropy'],
  ['accuracy', '0 to 1', 'share of images whose class is predicted'],
  ['balancedAccuracy', '0 to 1', 'mean of the recalls of the classes'],
  ['macroF1', '0 to 1', 'mean of the F1 of the classes'],
  ['auc', '0 to 1', 'area under the ROC curve, one class against the rest, mean over the classes'],
  ['brier', '0 to 2', 'Brier score over all classes'],
  ['ece', '0 to 1', 'expected calibration error'],
  ['quadraticWeightedKappa', 'at most 1', "agreement in the classes' order; empty where they have none"],
]

function ofValidation(key: (typeof MEASURES)[number][0], unit: string, meaning: string): Column {
  if (key !== 'loss')
    return column(key, 'number', `${meaning}, validation images, best epoch`, ({ run }) => run.result?.[key] ?? null, unit)
  return column(
    'validationLoss',
    'number',
    `${meaning}, validation images, best epoch`,
    ({ run }) => run.result?.validationLoss ?? null,
    unit,
  )
}

function ofTest(key: (typeof MEASURES)[number][0], unit: string, meaning: string): Column {
  const name = `test${key.charAt(0).toUpperCase()}${key.slice(1)}`
  return column(
    name,
    'number',
    `${meaning}, test images, weights of the best epoch; empty before evaluate`,
    ({ run }) => run.test?.[key] ?? null,
    unit,
  )
}

function classColumns(
  prefix: '' | 'test ',
  images: string,
  name: string,
  of: (row: ExportedRun) => readonly ClassScore[] | undefined,
): Column[] {
  const score = (row: ExportedRun) => of(row)?.find(one => one.class === name)
  const made = (key: 'precision' | 'recall' | 'f1' | 'support', meaning: string, unit: string) =>
    column(
      `${prefix}${key} ${name}`,
      key === 'support' ? 'whole' : 'number',
      `${meaning}, ${images} images`,
      row => score(row)?.[key] ?? null,
      unit,
    )
  return [
    made('precision', `share of the images predicted ${name} that are ${name}; empty where none is predicted`, '0 to 1'),
    made('recall', `share of the images of ${name} that are predicted ${name}`, '0 to 1'),
    made('f1', `harmonic mean of precision and recall of ${name}`, '0 to 1'),
    made('support', `images of ${name}`, 'images'),
  ]
}

const LAST: readonly Column[] = [
  column(
    'finalValidationLoss',
    'number',
    'mean cross entropy, validation images, last epoch',
    ({ run }) => run.result?.finalValidationLoss ?? null,
    'nats',
  ),
  column(
    'divergedStep',
    'whole',
    'first optimiser step with a loss that is no number; empty where none is',
    ({ run }) => run.result?.diverged?.step ?? null,
  ),
  column('error', 'text', 'why it failed', ({ run }) => run.error),
  column('engine', 'text', 'what trained it', ({ run }) => run.engine),
  column('created', 'time', 'when it was queued', ({ run }) => run.created),
  column('finished', 'time', 'when it was done', ({ run }) => run.finished),
  column('weights', 'text', 'SHA-256 of the kept weights', ({ run }) => run.result?.weights ?? null),
  column('key', 'text', 'hash of all that decides its numbers', ({ run }) => run.key),
]
