/** What `run` would do, shown before it does it: runs, images, time, disk, money, and what the study could show. */
import { availableParallelism, cpus } from 'node:os'
import { modelNamed } from '../core/models/index.ts'
import { type ModelName, type Preview, previewOf, type Spec } from '../core/study/index.ts'
import { findGenerator } from '../core/synthesis/index.ts'
import { planStudy } from '../runner/index.ts'
import type { Store, StudyEngine } from '../store/index.ts'
import { formatDuration, formatNumber } from '../ui/index.ts'
import { composeFacts } from '../ui/queries/compose.ts' // not by the door, which every command passes
import type { Context } from './context.ts'
import { estimatedParts } from './synthesise.ts'

export interface PlannedStudy extends Preview {
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
  const classes = splits[0]!.classes.length
  const weightBytes = (name: ModelName): number => {
    const { parameters, statistics } = modelNamed(name, spec.size[name], classes, {
      configuration: spec.configuration[name],
    })
    return [...parameters, ...statistics].reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)
  }
  const preview = previewOf(spec, {
    splits,
    planned,
    bank,
    statusOf: key => store.runs.byKey(key)?.status ?? null,
    paceOf: model => paces.find(one => one.model === model) ?? null,
    speedOf: model => {
      if (spec.configuration[model] !== undefined || spec.fineTune === 'head') return null
      return store.calibrations.speedOf({
        processor,
        engine: engine.engine,
        model,
        size: spec.size[model],
        batch: spec.batch[model],
      })
    },
    workers:
      context.settings.workers ?? engine.workers ?? Math.max(1, Math.floor(availableParallelism() / (engine.threads ?? 1))),
    weightBytes,
  })
  const parts = bank.generators.some(({ missing }) => missing.length > 0)
    ? await estimatedParts(context, store, spec, splits)
    : []
  const estimates = parts.filter(({ plan }) => plan.missing.length > 0).map(({ estimate }) => estimate)
  const usd = estimates.reduce((sum, { price }) => sum + price, 0)
  const known = estimates.every(({ seconds }) => seconds !== null)
  return { ...preview, usd, makingSeconds: known ? estimates.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) : null }
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
    ...bank.map(one => {
      const making =
        one.missing === 0
          ? ''
          : findGenerator(one.generator) === null
            ? ', which are imported'
            : makingSeconds === null
              ? ''
              : `, some ${formatDuration(makingSeconds)}`
      return `bank: ${one.generator}: ${one.present + one.missing} images, ${one.present} there, ${one.missing} missing${making}`
    }),
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
