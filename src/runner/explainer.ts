/** Grad-CAM away from the caller's thread: a screen goes on painting meanwhile. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { DatasetImage } from '../core/dataset/index.ts'
import type { ClassMap } from '../core/explain/index.ts'
import { type ErrorKind, LabError } from '../core/shared/errors.ts'
import type { Store } from '../store/index.ts'
import { loadStudy, splitOfRun } from './prepare.ts'

export interface ExplainRequest {
  readonly run: number
  /** Which of the run's validation images, from 0, in dataset order. */
  readonly image: number
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
  /** Ends the thread when it is idle: ended inside onnxruntime, it would take the process with it. */
  close(): Promise<void>
}

/** To the thread. Files by path: it reads what it needs itself. */
export interface ExplainTask {
  readonly id: number
  readonly weights: string
  readonly pixels: string
  readonly image: Pick<DatasetImage, 'width' | 'height' | 'offset'>
  readonly model: string
  readonly classes: readonly string[]
  readonly class?: string | undefined
  readonly layer?: string | undefined
  readonly device: string
}

export type ExplainAnswer =
  | { readonly id: number; readonly ok: true; readonly explanation: Omit<Explanation, 'label'> }
  | { readonly id: number; readonly ok: false; readonly kind: ErrorKind; readonly message: string }

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
  return {
    async explain(request) {
      const { task, label } = taskOf(store, request)
      worker ??= start()
      const id = ++asked
      const answer = await new Promise<ExplainAnswer>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker!.postMessage({ id, ...task, device } satisfies ExplainTask)
      })
      if (!answer.ok) throw new LabError(answer.kind, answer.message)
      return { ...answer.explanation, label }
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

function taskOf(store: Store, { run: id, image: at, class: chosen, layer }: ExplainRequest) {
  const run = store.runs.get(id)
  if (run === null) throw new LabError('usage', `no run ${id}; 'mri-lab runs' shows what there is`)
  if (run.result === null) throw new LabError('usage', `run ${id} is ${run.status}: only a run that is done has weights`)
  const dataset = splitOfRun(loadStudy(store, run.study).splits, run.index)
  const image = dataset.images.filter(each => each.part === 'validation')[at]
  if (image === undefined) throw new LabError('usage', `there is no validation image ${at}`)
  const task = {
    weights: store.files.pathOf(run.result.weights),
    pixels: store.files.pathOf(dataset.pixels),
    image: { width: image.width, height: image.height, offset: image.offset },
    model: run.cell.model,
    classes: dataset.classes,
    class: chosen,
    layer,
  }
  return { task, label: dataset.classes[image.label]! }
}
