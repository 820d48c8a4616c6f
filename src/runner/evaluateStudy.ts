/** Measures a study's finished runs on the test images: once, after the study. */
import { type Dataset, type DatasetImage, hasOrderedClasses, type ImageMemory, imageMemory } from '../core/dataset/index.ts'
import { createEngine, type Engine, type EngineRequest } from '../core/engine/index.ts'
import { modelNamed, readCheckpoint, weightsFor } from '../core/models/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type Run, type TestResult, testResult } from '../core/study/index.ts'
import { Programs, predictAll, weightSpecs } from '../core/training/index.ts'
import type { Evaluation, Store } from '../store/index.ts'
import { loadStudy, type PreparedStudy, splitOfRun } from './prepare.ts'

export interface EvaluateOptions {
  /** What predicts. The caller starts no engine where nothing is to be predicted. */
  readonly engine: (study: PreparedStudy) => EngineRequest
  /** After each run. */
  readonly onRun: (done: number, total: number) => void
  readonly signal: AbortSignal
}

export interface EvaluatedStudy {
  readonly evaluation: Evaluation
  /** It was evaluated before: nothing was measured or changed now. */
  readonly already: boolean
}

/**
 * Records what the kept weights of a study's finished runs measure on the test images of their split. A study that was evaluated keeps what was
 * found, whatever it has grown by since: the test images are looked at once.
 *
 * @throws LabError `usage` where there is no such study, runs of it are still to be trained, none is done, or its split has no test images;
 *   `unavailable` without its engine; `data` where weights are missing or damaged
 */
export async function evaluateStudy(store: Store, name: string, options: EvaluateOptions): Promise<EvaluatedStudy> {
  const before = store.evaluations.of(name)
  if (before !== null) return { evaluation: before, already: true }
  const study = loadStudy(store, name)
  const runs = finishedRuns(store, study)
  const parts = study.splits.map(testImages)
  const open = runs.filter(run => run.test === null)
  const results = new Map<number, TestResult>(runs.flatMap(run => (run.test === null ? [] : [[run.id, run.test]])))
  const request = options.engine(study)
  if (open.length > 0) {
    const engine = await createEngine(request)
    const programs = new Programs(engine, weightSpecs)
    const memoryOf = memories(store, study, parts.flat())
    try {
      for (const [done, run] of open.entries()) {
        await new Promise(resolve => setImmediate(resolve)) // the engine blocks its thread: a stop is heard between runs
        options.signal.throwIfAborted()
        const images = parts[run.index % parts.length]!
        const split = splitOfRun(study.splits, run.index)
        results.set(run.id, await measured(store, { engine, programs }, run, { images, split, memoryOf, study }))
        options.onRun(done + 1, open.length)
      }
    } finally {
      await programs.release()
      await engine.release()
    }
  }
  const ordered = new Map(runs.map(run => [run.id, results.get(run.id)!]))
  return { evaluation: store.evaluations.record(name, request.engine, ordered), already: false }
}

function finishedRuns(store: Store, { spec: { name } }: PreparedStudy): Run[] {
  const all = store.runs.list({ study: name })
  const done = all.filter(run => run.status === 'done')
  const waiting = all.filter(run => run.status !== 'done' && run.status !== 'failed').length
  if (waiting > 0) {
    throw new LabError(
      'usage',
      `study ${name}: ${waiting} of ${all.length} runs are still to be trained; the test images are looked at once, after the study`,
    )
  }
  if (done.length === 0)
    throw new LabError('usage', `study ${name}: no run is done; 'mri-lab retry' tries failed runs again`)
  return done
}

function testImages({ name, split, images }: Dataset): readonly DatasetImage[] {
  const found = images.filter(image => image.part === 'test')
  if (found.length === 0) {
    throw new LabError('usage', `the ${split.kind} split of dataset ${name} has no test images: nothing can be evaluated`)
  }
  return found
}

/** The test images of all splits, at a model's size; made when first asked for. */
function memories(store: Store, { dataset }: PreparedStudy, images: readonly DatasetImage[]): (size: number) => ImageMemory {
  const made = new Map<number, ImageMemory>()
  const once = [...new Map(images.map(image => [image.id, image])).values()]
  return size => {
    const memory = made.get(size) ?? imageMemory(store.files.read(dataset.pixels), once, size)
    made.set(size, memory)
    return memory
  }
}

interface TestPart {
  readonly images: readonly DatasetImage[]
  readonly split: Dataset
  readonly memoryOf: (size: number) => ImageMemory
  readonly study: PreparedStudy
}

async function measured(
  store: Store,
  { engine, programs }: { readonly engine: Engine; readonly programs: Programs },
  run: Run,
  { images, split, memoryOf, study: { spec } }: TestPart,
): Promise<TestResult> {
  const origin = `weights of run ${run.id}`
  const checkpoint = readCheckpoint(store.files.read(run.result!.weights, { verify: true }), origin)
  const trained = spec.models.find(name => name === run.cell.model)!
  const model = modelNamed(trained, checkpoint.size ?? spec.size[trained], split.classes.length, checkpoint)
  const state = engine.createState(weightSpecs(model), weightsFor(model, checkpoint, origin))
  try {
    const { buffer, size, index } = memoryOf(model.size)
    const places = images.map(({ id }) => ({ place: index.get(id)! }))
    const bytes = { bytes: new Uint8Array(buffer), size }
    const logits = await predictAll(programs, model, state, places, bytes, spec.microBatch[trained] ?? spec.batch[trained])
    const labels = images.map(({ label }) => label)
    return testResult(logits, labels, split.classes, { ordered: hasOrderedClasses(split) })
  } finally {
    state.release()
  }
}
