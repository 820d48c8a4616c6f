/** The entry of the thread that explains: it keeps the model of the last run it was asked about. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { resizeBilinear } from '../core/dataset/index.ts'
import { createEngine, type Engine } from '../core/engine/index.ts'
import { ATTENTION, explainClass, hasAttention, type TrainedModel, trainedModel, upsample } from '../core/explain/index.ts'
import { readCheckpoint } from '../core/models/index.ts'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { Programs, predictAll, weightSpecs } from '../core/training/index.ts'
import { graphFolder } from '../store/index.ts'
import type { Answered, ExplainAnswer, ExplainTask, ModelTask, PixelPlace, PredictTask } from './explainer.ts'

const port = parentPort!
let engine: Engine | undefined
let loaded: { file: string; trained: TrainedModel; programs: Programs } | undefined

async function modelOf({ weights, model: name, classes, device }: ModelTask): Promise<TrainedModel> {
  if (loaded?.file === weights) return loaded.trained
  engine ??= await createEngine({ engine: 'onnx-cpu', threads: 1, device, cache: graphFolder(process.env, homedir()) })
  await loaded?.programs.release()
  await loaded?.trained.release()
  const checkpoint = readCheckpoint(readFileSync(weights), weights)
  const trained = trainedModel(engine, name, checkpoint, classes, weights)
  loaded = { file: weights, trained, programs: new Programs(engine, weightSpecs) }
  return loaded.trained
}

/** The image's bytes out of the pixel file, without reading the whole. */
function nativePixels(pixels: string, image: PixelPlace): Uint8Array {
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

async function explain(task: ExplainTask): Promise<Answered> {
  const trained = await modelOf(task)
  const { size, explainable } = trained.model
  const layers = hasAttention(trained.model) ? [...explainable, ATTENTION] : explainable
  const grey = resizeBilinear(nativePixels(task.pixels, task.image), task.image.width, task.image.height, size, size)
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

/** One image at a time: an answer does not depend, in its last bits, on which others are asked about. */
const BATCH = 1

async function predict(task: PredictTask): Promise<Answered> {
  const { model, state, classes } = await modelOf(task)
  const { size } = model
  const bytes = new Uint8Array(task.images.length * size * size)
  for (const [i, image] of task.images.entries()) {
    const target = bytes.subarray(i * size * size, (i + 1) * size * size)
    resizeBilinear(nativePixels(task.pixels, image), image.width, image.height, size, size, target)
  }
  const places = task.images.map((_, place) => ({ place }))
  const logits = await predictAll(loaded!.programs, model, state, places, { bytes, size }, BATCH)
  const predicted = places.map(({ place }) => {
    const own = logits.subarray(place * classes.length, (place + 1) * classes.length)
    return classes[own.indexOf(Math.max(...own))] ?? ''
  })
  return { ok: true, predicted }
}

async function answer(task: ExplainTask | PredictTask): Promise<void> {
  const { id } = task
  try {
    const answered = task.kind === 'explain' ? await explain(task) : await predict(task)
    port.postMessage({ id, ...answered } satisfies ExplainAnswer)
  } catch (thrown) {
    const kind = thrown instanceof LabError ? thrown.kind : 'failed'
    port.postMessage({ id, ok: false, kind, message: messageOf(thrown) } satisfies ExplainAnswer)
  }
}

/** One question after another, so that the thread can end between two. */
let work = Promise.resolve()
port.on('message', (message: ExplainTask | PredictTask | 'close') => {
  work = work.then(() => (message === 'close' ? port.close() : answer(message)))
})
