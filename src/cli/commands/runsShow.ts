import type { Epoch, Run, TrainingImages } from '../../core/study/run.ts'
import type { JsonObject } from '../../store/index.ts'
import { formatDuration, formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noRun } from '../missing.ts'
import { runArgument } from '../options.ts'
import { runRecord } from '../runRecord.ts'
import { alignedTable, type Column } from '../table.ts'

interface Shown {
  readonly run: Run
  readonly history: readonly Epoch[]
  readonly training: TrainingImages | null
  readonly provenance: JsonObject | null
}

export const runsShow = defineCommand({
  name: 'runs show',
  summary: 'one run: its epochs, confusion matrix, training images and provenance',
  arguments: { id: runArgument("the run's number in 'mri-lab runs'") },
  options: {},
  examples: [
    { line: 'mri-lab runs show 7', says: 'What run 7 did' },
    { line: 'mri-lab runs show 7 --json', says: 'All of it: image ids and provenance too' },
  ],
  async action(context, { id }) {
    const shown = await readLab<Shown | null>(context, null, store =>
      store.together(() => {
        const run = store.runs.get(id)
        if (run === null) return null
        return { run, history: store.epochs.of(id), training: store.training.of(id), provenance: store.provenance.of(id) }
      }),
    )
    if (shown === null) throw noRun(id)
    const { run, history, training, provenance } = shown
    const { confusion = null, perClass = null } = run.result ?? {}
    const dataWait = dataWaitOf(provenance)
    context.result({ ...runRecord(run), dataWait, history, confusion, perClass, test: run.test, training, provenance }, () =>
      describe(shown),
    )
  },
})

function describe({ run, history, training, provenance }: Shown): string {
  const { cell, result } = run
  const blocks = [
    [
      `run ${run.id} of study ${run.study}: ${cell.model}, ${cell.policy}, ${cell.scenario}, number ${run.index}`,
      `${run.status}${run.error === null ? '' : `: ${run.error}`}${run.engine === null ? '' : ` · ${run.engine}`}`,
    ].join('\n'),
  ]
  if (result !== null) {
    blocks.push(
      [
        `${result.epochs} epochs in ${formatDuration(result.seconds)}, stopped by ${result.stoppedBy}, best epoch ${result.bestEpoch}`,
        `validation loss ${formatNumber(result.validationLoss)} (at the end ${formatNumber(result.finalValidationLoss)})`,
        `accuracy ${formatNumber(result.accuracy)} · balanced ${formatNumber(result.balancedAccuracy)} · macro F1 ${formatNumber(result.macroF1)} · AUC ${formatNumber(result.auc)}`,
        calibrationLine(result),
        ...divergence(result),
      ].join('\n'),
      confusionTable(result.perClass, result.confusion),
    )
  }
  if (run.test !== null) {
    const { loss, accuracy, balancedAccuracy, macroF1, auc, perClass, confusion } = run.test
    blocks.push(
      [
        `on the test images: loss ${formatNumber(loss)}`,
        `accuracy ${formatNumber(accuracy)} · balanced ${formatNumber(balancedAccuracy)} · macro F1 ${formatNumber(macroF1)} · AUC ${formatNumber(auc)}`,
        calibrationLine(run.test),
      ].join('\n'),
      confusionTable(perClass, confusion),
    )
  }
  const dataWait = dataWaitOf(provenance)
  if (dataWait !== null) blocks.push(`the engine waited for data ${formatNumber(100 * dataWait, 2)} % of the time`)
  if (history.length > 0) blocks.push(historyTable(history))
  if (training !== null) blocks.push(trainedOn(training), ...epochLine(training, provenance))
  if (provenance !== null) blocks.push(`provenance ${JSON.stringify(provenance)}`)
  return blocks.join('\n\n')
}

/** Counts by class; columns of copies and weights only where there are any. */
function trainedOn(training: TrainingImages): string {
  const classes = Object.entries(training)
  const anyCopies = classes.some(([, { copies = 0 }]) => copies > 0)
  const anyWeight = classes.some(([, { weight }]) => weight !== undefined)
  return alignedTable(
    [
      { title: 'trained on' },
      right('real'),
      right('synthetic'),
      ...(anyCopies ? [right('copies')] : []),
      ...(anyWeight ? [right('class weight')] : []),
    ],
    classes.map(([name, { real, synthetic, copies = 0, weight = 1 }]) => [
      name,
      ...[real, synthetic, ...(anyCopies ? [copies] : [])].map(String),
      ...(anyWeight ? [formatNumber(weight)] : []),
    ]),
  )
}

/** How long an epoch was, where other than the training images once. */
function epochLine(training: TrainingImages, provenance: JsonObject | null): string[] {
  const { settings, scenario } = (provenance ?? {}) as {
    readonly settings?: { readonly epochImages?: number; readonly batch?: number }
    readonly scenario?: { readonly stepsOf?: string }
  }
  if (settings?.epochImages === undefined || settings.batch === undefined) return []
  const { epochImages, batch } = settings
  const own = Object.values(training).reduce((sum, { images }) => sum + images.length, 0)
  return [
    `an epoch took ${epochImages} images, ${Math.ceil(epochImages / batch)} steps, as many as scenario '${scenario?.stepsOf}'; it has ${own} images of its own`,
  ]
}

/** The share of its time, 0 to 1, that the engine waited for data; null where that is not kept. */
function dataWaitOf(provenance: JsonObject | null): number | null {
  const share = provenance?.dataWait
  return typeof share === 'number' ? share : null
}

type Result = NonNullable<Run['result']>

function calibrationLine({ brier, ece, quadraticWeightedKappa }: Pick<Result, 'brier' | 'ece' | 'quadraticWeightedKappa'>) {
  return `Brier ${formatNumber(brier)} · calibration error ${formatNumber(ece)} · weighted kappa ${formatNumber(quadraticWeightedKappa)}`
}

/** Where it diverged, in a line; none where it did not. */
function divergence({ diverged }: Result): string[] {
  if (diverged === undefined) return []
  const { step, epoch, hint } = diverged
  return [`diverged: at step ${step}, in epoch ${epoch}, the loss was first no finite number; ${hint}`]
}

function confusionTable(perClass: Result['perClass'], confusion: Result['confusion']): string {
  return alignedTable(
    [
      { title: 'true \\ predicted' },
      ...perClass.map(score => right(score.class)),
      right('precision'),
      right('recall'),
      right('F1'),
    ],
    perClass.map((score, i) => [
      score.class,
      ...(confusion[i] ?? []).map(String),
      formatNumber(score.precision),
      formatNumber(score.recall),
      formatNumber(score.f1),
    ]),
  )
}

function historyTable(history: readonly Epoch[]): string {
  return alignedTable(
    [right('epoch'), right('train loss'), right('validation loss'), right('accuracy'), right('images/s')],
    history.map(epoch => [
      String(epoch.epoch),
      formatNumber(epoch.trainLoss),
      formatNumber(epoch.validationLoss),
      formatNumber(epoch.validationAccuracy),
      formatNumber(epoch.imagesPerSecond, 3),
    ]),
  )
}

function right(title: string): Column {
  return { title, align: 'right' }
}
