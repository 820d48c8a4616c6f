/** Grad-CAM away from the caller's thread: a screen goes on painting meanwhile. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Dataset, DatasetImage } from '../core/dataset/index.ts'
import type { ClassMap, RandomisationCheck } from '../core/explain/index.ts'
import { type ErrorKind, LabError } from '../core/shared/errors.ts'
import { encodeGreyFile } from '../core/synthesis/index.ts'
import type { Store } from '../store/index.ts'
import { loadStudy, splitOfRun } from './prepare.ts'

export interface ExplainRequest {
  readonly run: number
  /** Which of the run's validation images, from 0, in dataset order; or a bank image, or the source that it was made from. */
  readonly image: number | { readonly bank: number; readonly side: 'source' | 'made' }
  /** Default: the predicted class. */
  readonly class?: string | undefined
  /** Default: the model's own. `attention`: the rollout of a model that has some. */
  readonly layer?: string | undefined
}

export interface Explanation {
  /** Height and width of the image in pixels. */
  readonly size: number
  /** The image at the model's size, row by row, 0 to 255. */
  readonly pixels: Uint8Array
  /** At the layer's size. */
  readonly map: ClassMap
  /** The map at the image's size, 0 to 1, row by row. */
  readonly drawn: Float32Array
  readonly class: string
  readonly layer: string
  readonly layers: readonly string[]
  /** By class name, in class order. */
  readonly probabilities: Readonly<Record<string, number>>
  /** What the image's label says. */
  readonly label: string
}

export interface Explainer {
  /** @throws LabError `usage` for a run without weights or an image that is not there, `data`, `failed` */
  explain(request: ExplainRequest): Promise<Explanation>
  /**
   * Draw number `draw` of the randomisation check of what `explain` answers, see core/explain/randomisation.ts: one at a time, so that other questions come
   * between. Throws as `explain`.
   */
  randomised(request: ExplainRequest, draw: number): Promise<RandomisedMap>
  /** The classes that a run predicts for `count` of its validation images from number `from` on, fewer at their end. Throws as `explain`. */
  predictions(run: number, from: number, count: number): Promise<readonly string[]>
  /** Ends the thread when it is idle: ended inside onnxruntime, it would take the process with it. */
  close(): Promise<void>
}

/** Grey pixels in a file. */
export type PixelPlace = Pick<DatasetImage, 'width' | 'height' | 'offset'>

/** What the thread needs of a run's model. Files by path: it reads what it needs itself. */
export interface ModelTask {
  readonly id: number
  readonly weights: string
  readonly model: string
  readonly classes: readonly string[]
  readonly device: string
}

/** How alike a map and that of a model with weights drawn anew are; null where they cannot be compared. */
export type RandomisedMap = Pick<RandomisationCheck, 'head' | 'all'>

interface ImageTask extends ModelTask {
  readonly pixels: string
  readonly image: PixelPlace
  readonly class?: string | undefined
  readonly layer?: string | undefined
}

export interface ExplainTask extends ImageTask {
  readonly kind: 'explain'
}

export interface RandomisedTask extends ImageTask {
  readonly kind: 'randomised'
  readonly draw: number
}

export interface PredictTask extends ModelTask {
  readonly kind: 'predict'
  readonly pixels: string
  readonly images: readonly PixelPlace[]
}

export type Question = ExplainTask | RandomisedTask | PredictTask

export type Answered =
  | { readonly ok: true; readonly explanation: Omit<Explanation, 'label'> }
  | { readonly ok: true; readonly randomised: RandomisedMap }
  | { readonly ok: true; readonly predicted: readonly string[] }
  | { readonly ok: false; readonly kind: ErrorKind; readonly message: string }
export type ExplainAnswer = Answered & { readonly id: number }

/** A question before it has a number. */
type Asking<Task> = Omit<Task, 'id' | 'device'>

/** The thread starts with the first question. `device` names the processor. */
export function createExplainer(store: Store, device: string): Explainer {
  let worker: Worker | undefined
  let asked = 0
  const waiting = new Map<number, { resolve(answer: ExplainAnswer): void; reject(thrown: unknown): void }>()
  const start = (): Worker => {
    const started = new Worker(new URL(`./explainWorker${extname(import.meta.url)}`, import.meta.url))
    started.unref()
    started.on('message', (answer: ExplainAnswer) => {
      waiting.get(answer.id)?.resolve(answer)
      waiting.delete(answer.id)
    })
    started.on('error', thrown => {
      for (const each of waiting.values()) each.reject(thrown)
      waiting.clear()
      worker = undefined
    })
    return started
  }
  const ask = async (task: Asking<ExplainTask> | Asking<RandomisedTask> | Asking<PredictTask>): Promise<ExplainAnswer> => {
    worker ??= start()
    const id = ++asked
    const answer = await new Promise<ExplainAnswer>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker!.postMessage({ ...task, id, device } satisfies Question)
    })
    if (!answer.ok) throw new LabError(answer.kind, answer.message)
    return answer
  }
  return {
    async explain(request) {
      const { model, dataset } = modelOf(store, request.run)
      const { label, ...image } = imageOf(store, dataset, request.image)
      const answer = await ask({ kind: 'explain', ...model, ...image, class: request.class, layer: request.layer })
      if (!('explanation' in answer)) throw new Error('the thread answered another question')
      return { ...answer.explanation, label }
    },
    async randomised(request, draw) {
      const { model, dataset } = modelOf(store, request.run)
      const { label: _, ...image } = imageOf(store, dataset, request.image)
      const { class: wanted, layer } = request
      const answer = await ask({ kind: 'randomised', ...model, ...image, class: wanted, layer, draw })
      if (!('randomised' in answer)) throw new Error('the thread answered another question')
      return answer.randomised
    },
    async predictions(run, from, count) {
      const { model, dataset } = modelOf(store, run)
      const images = validationOf(dataset)
        .slice(from, from + count)
        .map(placeOf)
      if (images.length === 0) return []
      const answer = await ask({ kind: 'predict', ...model, pixels: store.files.pathOf(dataset.pixels), images })
      if (!('predicted' in answer)) throw new Error('the thread answered another question')
      return answer.predicted
    },
    async close() {
      const ending = worker
      worker = undefined
      if (ending === undefined) return
      const ended = new Promise<void>(resolve => ending.once('exit', () => resolve()))
      ending.postMessage('close')
      await ended
    },
  }
}

/** A run's model, and its dataset under the run's split. */
function modelOf(store: Store, id: number) {
  const run = store.runs.get(id)
  if (run === null) throw new LabError('usage', `no run ${id}; 'mri-lab runs' shows what there is`)
  if (run.result === null) throw new LabError('usage', `run ${id} is ${run.status}: only a run that is done has weights`)
  const dataset = splitOfRun(loadStudy(store, run.study).splits, run.index)
  const model = {
    weights: store.files.pathOf(run.result.weights),
    model: run.cell.model,
    classes: dataset.classes,
  }
  return { model, dataset }
}

function validationOf({ images }: Dataset): DatasetImage[] {
  return images.filter(each => each.part === 'validation')
}

function placeOf({ width, height, offset }: PixelPlace): PixelPlace {
  return { width, height, offset }
}

/** Where an image's pixels lie, and what its label says. */
function imageOf(store: Store, dataset: Dataset, asked: ExplainRequest['image']) {
  const ofDataset = (image: DatasetImage) => ({
    pixels: store.files.pathOf(dataset.pixels),
    image: placeOf(image),
    label: dataset.classes[image.label]!,
  })
  if (typeof asked === 'number') {
    const image = validationOf(dataset)[asked]
    if (image === undefined) throw new LabError('usage', `there is no validation image ${asked}`)
    return ofDataset(image)
  }
  const made = store.bank.get(asked.bank)
  if (made === null) throw new LabError('usage', `no bank image ${asked.bank}; 'mri-lab synth list' shows what there is`)
  if (asked.side === 'source') {
    const source = dataset.images.find(image => image.sha256 === made.parents[0])
    if (source === undefined) throw new LabError('usage', `the source of bank image ${asked.bank} is not known`)
    return ofDataset(source)
  }
  const { width, height } = made
  // The pixels are the end of the file (greyFile.ts).
  const offset = encodeGreyFile({ width, height, pixels: new Uint8Array(0) }).length
  return { pixels: store.files.pathOf(made.sha256), image: { width, height, offset }, label: made.class }
}
