/**
 * Decides, before the first run of a study, how many workers train at once and with how many threads each: what nobody chose is measured, once for
 * a machine and a model (docs/decisions/0006-workers-and-threads.md). In work it stands where a study in work stands, and ends when asked to.
 */
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { LabError } from '../core/shared/errors.ts'
import { type PlannedRun, policyName, trainingTask, usesBank } from '../core/study/index.ts'
import { DUPLICATE } from '../core/synthesis/index.ts'
import { modelOfTask, type TrainingTask } from '../core/training/index.ts'
import type { CalibrationSetting, Layout, LayoutChoice, MeasuredLayout, Store, StudyEngine } from '../store/index.ts'
import { candidateLayouts, soonestLayout } from './layout.ts'
import { measureLayout } from './measureLayout.ts'
import type { PreparedStudy } from './prepare.ts'

export interface CalibrationOptions {
  /** The processor's name. */
  readonly device: string
  /** That may be used. */
  readonly cores: number
  /** Milliseconds after which a trainer that does not train is given up. */
  readonly silence: number
  /** There is memory for at most so many workers: layouts of more are not tried, but that of fewest. */
  readonly most: number
}

/** Steps of the task that is trained again and again, and the least that is measured of it. */
const STEPS = 2
const MILLISECONDS = 800
/** Where one round over all layouts takes less, a second one follows and the better of each counts: noise only slows. */
const ROUND_LIMIT = 8_000

export class Calibration {
  readonly name: string
  private readonly store: Store
  private readonly study: PreparedStudy
  private readonly options: CalibrationOptions
  private readonly aborter = new AbortController()

  constructor(store: Store, study: PreparedStudy, options: CalibrationOptions) {
    this.name = study.spec.name
    this.store = store
    this.study = study
    this.options = options
  }

  /** Fixes the study's layout; leaves it open where it was asked to end. @throws LabError where no layout can train */
  async finish(): Promise<void> {
    try {
      const layout = await this.decide()
      // Whoever chose meanwhile is right; what that leaves open is decided in the next turn.
      if (isDeepStrictEqual(this.store.studies.get(this.name)?.engine, this.study.engine)) {
        this.store.studies.fixLayout(this.name, layout)
      }
    } catch (thrown) {
      if (!(thrown instanceof LabError) || thrown.kind !== 'interrupted') throw thrown
    }
  }

  /** Others wrote something: nothing that changes what is measured. */
  refresh(): void {}

  drain(): void {
    this.aborter.abort()
  }

  stop(): void {
    this.aborter.abort()
  }

  private async decide(): Promise<Layout> {
    const { engine } = this.study
    const { cores, most } = this.options
    const runs = this.store.studies.get(this.name)!.queued
    const possible = candidateLayouts(cores, runs, choiceOf(engine))
    const candidates = possible.filter(({ workers }, i) => i === possible.length - 1 || workers <= most)
    const [only, ...others] = candidates
    if (others.length === 0) return only!
    return soonestLayout(await this.measured(candidates), runs)!
  }

  /** What is known of the layouts, with what was missing measured now. */
  private async measured(candidates: readonly Layout[]): Promise<MeasuredLayout[]> {
    const { task, setting } = this.load()
    const missing = candidates.filter(layout => !this.known(setting, candidates).some(same(layout)))
    const best = new Map<Layout, number>()
    let failure: unknown = null
    const begun = performance.now()
    for (const round of [missing, missing.toReversed()]) {
      if (best.size > 0 && performance.now() - begun > ROUND_LIMIT) break
      for (const layout of round) {
        try {
          best.set(layout, Math.max(best.get(layout) ?? 0, await this.measure(layout, task)))
        } catch (thrown) {
          if (this.aborter.signal.aborted) throw thrown
          failure = thrown // a layout that cannot train here is none
          best.delete(layout)
        }
      }
    }
    for (const [layout, imagesPerSecond] of best) this.store.calibrations.put(setting, { ...layout, imagesPerSecond })
    const known = this.known(setting, candidates)
    if (known.length === 0) throw failure
    return known
  }

  private known(setting: CalibrationSetting, candidates: readonly Layout[]): MeasuredLayout[] {
    return this.store.calibrations.of(setting).filter(measured => candidates.some(same(measured)))
  }

  private measure(layout: Layout, task: TrainingTask): Promise<number> {
    const { dataset, engine } = this.study
    const { device, silence } = this.options
    const images = dataset.images.slice(0, 1 + Math.max(...task.train.map(image => image.place)))
    const setup = {
      database: this.store.path,
      pixels: dataset.pixels,
      bank: [],
      images: images.map(({ id, width, height, offset }) => ({ id, width, height, offset })),
      sizes: [task.size],
      pretrained: task.pretrained === undefined ? [] : [task.pretrained.sha256],
      engine: { engine: engine.engine, threads: layout.threads, device },
      workers: layout.workers,
    }
    return measureLayout(setup, { task, milliseconds: MILLISECONDS, limit: silence, signal: this.aborter.signal })
  }

  /** The study's heaviest work: a step or two of the model with the most arithmetic, without end. */
  private load(): { task: TrainingTask; setting: CalibrationSetting } {
    const { spec, dataset, engine, pretrained } = this.study
    const { device: processor, cores } = this.options
    // Copies of real images are as heavy as synthetic ones, and need no bank; how long an epoch is does not change a step.
    const first = spec.scenarios[0]!
    const scenario = { ...first, stepsOf: undefined, ...(usesBank(first) && { generator: DUPLICATE }) }
    const trial = { ...spec, scenarios: [scenario], controls: false }
    const tasks = spec.models.map(model => {
      const run = {
        cell: { model, policy: policyName(spec.policies[0]!), scenario: scenario.name },
        index: 0,
        seed: spec.seed,
      }
      return trainingTask(trial, dataset, run as PlannedRun, () => 0, pretrained).task
    })
    const [heaviest] = tasks.toSorted((a, b) => arithmetic(b) - arithmetic(a))
    const { train, validation, ...rest } = heaviest!
    const count = Math.min(STEPS * rest.batch, train.length)
    const images = Array.from({ length: count }, (_, i) => {
      const image = train[Math.floor((i * train.length) / count)]! // from all classes: with one alone the gradients vanish
      return { ...image, place: i % dataset.images.length }
    })
    const task = { ...rest, train: images, validation: images.slice(0, 1), epochs: 1e9, patience: 1e9 }
    const { size, batch, microBatch = batch, configuration, fineTune } = task
    // The same model of another width, or its head alone, is another load.
    const model = [
      task.model,
      ...(configuration ? [JSON.stringify(configuration)] : []),
      ...(fineTune === 'head' ? ['head'] : []),
    ].join(' ')
    const { engine: name, lowering } = engine
    return { task, setting: { processor, cores, engine: name, lowering, runtime: RUNTIME, model, size, batch, microBatch } }
  }
}

/** Only onnx-cpu is measured: the reference has one thread, and of the others workers would share one device. */
function choiceOf({ engine, workers, threads }: StudyEngine): LayoutChoice {
  if (engine === 'onnx-cpu') return { workers, threads }
  return { workers: workers ?? (engine === 'reference' ? null : 1), threads: threads ?? 1 }
}

/** Multiplications with addition of an image. */
function arithmetic(task: TrainingTask): number {
  return modelOfTask(task).layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)
}

function same(a: Layout): (b: Layout) => boolean {
  return b => a.workers === b.workers && a.threads === b.threads
}

const RUNTIME = (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version
