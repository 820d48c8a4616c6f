/** What `run` would do, shown before it does it: runs, images, time, disk, money, and what the study could show. */
import { availableParallelism, cpus } from 'node:os'
import type { Dataset } from '../core/dataset/index.ts'
import { modelNamed } from '../core/models/index.ts'
import {
  dataCountsOf,
  type ModelName,
  type Preview,
  previewOf,
  type Spec,
  type TwinControl,
  twinControls,
} from '../core/study/index.ts'
import { findGenerator } from '../core/synthesis/index.ts'
import { planStudy } from '../runner/index.ts'
import type { Store, StudyEngine } from '../store/index.ts'
import { formatDuration, formatNumber } from '../ui/index.ts'
import { composeFacts, measuredSpeed } from '../ui/queries/compose.ts' // not by the door, which every command passes
import type { Context } from './context.ts'
import { estimatedParts } from './synthesise.ts'
import { otherVersionOf, type PlanRecord, versionLines } from './synthPlanText.ts'

export interface PlannedStudy extends Preview {
  readonly bank: readonly (Preview['bank'][number] & Pick<PlanRecord, 'otherVersion'>)[]
  /** Controls that are trained although another is the same training. */
  readonly twinControls: readonly TwinControl[]
  /** Bytes of weights and of bank images that are to be written. */
  readonly disk: number
  /** USD that making the missing images may cost at most. */
  readonly usd: number
  /** Seconds that making them takes; null where that is not known. */
  readonly makingSeconds: number | null
}

/** Stores nothing. Throws as `prepareStudy`, but for a bank that lacks images, which is a part of the plan. */
export async function studyPlan(context: Context, store: Store, given: Spec, wanted: StudyEngine): Promise<PlannedStudy> {
  const { spec, splits, engine, bank, planned } = planStudy(store, given, wanted)
  const paces = composeFacts(store).pace
  const processor = cpus()[0]?.model.trim() ?? 'CPU'
  const runs = planned.map(({ key, cell }) => ({ cell, status: store.runs.byKey(key)?.status ?? null }))
  const preview = previewOf(spec, {
    data: dataCountsOf(splits[0]!),
    planned: runs,
    bank: bank.generators.map(({ generator, present, missing }) => {
      return { generator, present: present.length, missing: missing.length }
    }),
    paceOf: model => paces.find(one => one.model === model) ?? null,
    speedOf: model => measuredSpeed(store, spec, model, { processor, engine: engine.engine }),
    workers:
      context.settings.workers ?? engine.workers ?? Math.max(1, Math.floor(availableParallelism() / (engine.threads ?? 1))),
  })
  const parts = bank.generators.some(({ missing }) => missing.length > 0)
    ? await estimatedParts(context, store, spec, splits)
    : []
  const estimates = parts.filter(({ plan }) => plan.missing.length > 0).map(({ estimate }) => estimate)
  const usd = estimates.reduce((sum, { price }) => sum + price, 0)
  const known = estimates.every(({ seconds }) => seconds !== null)
  const toTrain = runs.filter(({ status }) => status !== 'done').map(({ cell }) => cell.model)
  return {
    ...preview,
    bank: preview.bank.map((one, i) => ({ ...one, otherVersion: otherVersionOf(bank.generators[i]!) })),
    twinControls: twinControls(spec, splits[0]!.classes),
    disk: diskOf(spec, splits[0]!, toTrain, preview.bank),
    usd,
    makingSeconds: known ? estimates.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) : null,
  }
}

/** Bytes of the weights of runs of these models, and of the images that the bank lacks, which are as large as the data's. */
function diskOf(spec: Spec, { classes, images }: Dataset, models: readonly ModelName[], bank: Preview['bank']): number {
  const weights = new Map(
    spec.models.map(name => {
      const { parameters, statistics } = modelNamed(name, spec.size[name], classes.length, {
        configuration: spec.configuration[name],
      })
      const bytes = [...parameters, ...statistics].reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)
      return [name, bytes]
    }),
  )
  const pixels = images.reduce((sum, { width, height }) => sum + width * height, 0) / Math.max(1, images.length)
  const made = bank.reduce((sum, { missing }) => sum + missing, 0)
  return Math.round(models.reduce((sum, model) => sum + weights.get(model)!, 0) + made * pixels)
}

/** A line for each thing; the first names the study. */
export function planLines(plan: PlannedStudy): string[] {
  const { study, cells, runs, images, bank, disk, usd, makingSeconds, families } = plan
  const most = images.train.toSorted((a, b) => b.images - a.images)[0]
  const least = images.train.toSorted((a, b) => a.images - b.images)[0]
  const range =
    most === undefined || least === undefined
      ? ''
      : most.images === least.images
        ? `${most.images}`
        : `${least.images} to ${most.images}`
  return [
    `study ${study}: ${runs.all} runs of ${cells} ${cells === 1 ? 'cell' : 'cells'}: ${runs.found} found, ${runs.new} new${runs.failed > 0 ? `, ${runs.failed} failed before` : ''}, ${runs.toTrain} to train`,
    `images: ${range} to train on in a run, ${images.validation} to validate on`,
    ...bank.flatMap(one => {
      const making =
        one.missing === 0
          ? ''
          : findGenerator(one.generator) === null
            ? ', which are imported'
            : makingSeconds === null
              ? ''
              : `, some ${formatDuration(makingSeconds)}`
      const counts = `${one.present + one.missing} images, ${one.present} there, ${one.missing} missing${making}`
      return [`bank: ${one.generator}: ${counts}`, ...versionLines(one)]
    }),
    ...plan.twinControls.map(
      ({ control, same }) =>
        `controls: '${control}' is the same training as '${same}': a control that the spec writes out ("generator": "duplicate") serves both (docs/controls.md)`,
    ),
    `time: ${timeWords(plan)}`,
    `disk: ${megabytes(disk)} of weights and images`,
    `money: ${usd === 0 ? 'nothing' : `up to ${usd.toFixed(4)} USD`}`,
    ...families.map(
      one =>
        `smallest corrected p of '${one.family}' (${one.contrasts} ${one.contrasts === 1 ? 'contrast' : 'contrasts'}): ${formatNumber(one.smallestP, 2)}${one.smallestP < 0.05 ? '' : `; from ${one.fewestRuns} runs a cell one can be below 0.05`}`,
    ),
  ]
}

function timeWords({ time, runs }: PlannedStudy): string {
  if (runs.toTrain === 0) return 'none: every run is there'
  if (time.seconds === null) return 'not yet measured here'
  const words = formatDuration(time.seconds)
  return time.from === 'at most'
    ? `at most ${words}, by the speed measured here`
    : `some ${words}, by ${time.runs} runs that were trained here`
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}
