/** The entry of the thread that explains: it keeps the model of the last run it was asked about. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { resizeBilinear } from '../core/dataset/index.ts'
import { createEngine, type Engine } from '../core/engine/index.ts'
import { ATTENTION, explainClass, hasAttention, type TrainedModel, trainedModel, upsample } from '../core/explain/index.ts'
import { readCheckpoint } from '../core/models/index.ts'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { graphFolder } from '../store/index.ts'
import type { ExplainAnswer, ExplainTask } from './explainer.ts'

const port = parentPort!
let engine: Engine | undefined
let loaded: { file: string; trained: TrainedModel } | undefined

async function modelOf({ weights, model: name, classes, device }: ExplainTask): Promise<TrainedModel> {
  if (loaded?.file === weights) return loaded.trained
  engine ??= await createEngine({ engine: 'onnx-cpu', threads: 1, device, cache: graphFolder(process.env, homedir()) })
  await loaded?.trained.release()
  const checkpoint = readCheckpoint(readFileSync(weights), weights)
  loaded = { file: weights, trained: trainedModel(engine, name, checkpoint, classes, weights) }
  return loaded.trained
}

/** The image's bytes out of the pixel file, without reading the whole. */
function nativePixels({ pixels, image }: ExplainTask): Uint8Array {
  const bytes = new Uint8Array(image.width * image.height)
  const file = openSync(pixels, 'r')
  try {
    if (readSync(file, bytes, 0, bytes.length, image.offset) < bytes.length) {
      throw new LabError('data', 'the pixel file ends before this image: restore it from a backup')
    }
  } finally {
    closeSync(file)
  }
  return bytes
}

async function explain(task: ExplainTask): Promise<Omit<Extract<ExplainAnswer, { ok: true }>, 'id'>> {
  const trained = await modelOf(task)
  const { size, explainable } = trained.model
  const layers = hasAttention(trained.model) ? [...explainable, ATTENTION] : explainable
  const grey = resizeBilinear(nativePixels(task), task.image.width, task.image.height, size, size)
  const {
    class: chosen,
    layer,
    map,
    answer,
  } = await explainClass(
    trained,
    Float32Array.from(grey),
    task.layer === ATTENTION ? { class: task.class, method: 'rollout' } : { class: task.class, layer: task.layer },
  )
  const drawn = upsample(map.map, map, { height: size, width: size })
  const explanation = {
    size,
    pixels: grey,
    map,
    drawn,
    class: chosen,
    layer,
    layers,
    probabilities: answer.probabilities,
  }
  return { ok: true, explanation }
}

async function answer(task: ExplainTask): Promise<void> {
  try {
    port.postMessage({ id: task.id, ...(await explain(task)) } satisfies ExplainAnswer)
  } catch (thrown) {
    const kind = thrown instanceof LabError ? thrown.kind : 'failed'
    port.postMessage({ id: task.id, ok: false, kind, message: messageOf(thrown) } satisfies ExplainAnswer)
  }
}

/** One question after another, so that the thread can end between two. */
let work = Promise.resolve()
port.on('message', (message: ExplainTask | 'close') => {
  work = work.then(() => (message === 'close' ? port.close() : answer(message)))
})
