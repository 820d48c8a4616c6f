/** The entry of the thread that explains: it keeps the model of the last run it was asked about. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { resizeBilinear } from '../core/dataset/index.ts'
import { createEngine, type Engine } from '../core/engine/index.ts'
import {
  ATTENTION,
  explainClass,
  hasAttention,
  randomisationCheck,
  type TrainedModel,
  trainedModel,
  upsample,
} from '../core/explain/index.ts'
import { readCheckpoint } from '../core/models/index.ts'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { Programs, predictAll, weightSpecs } from '../core/training/index.ts'
import { graphFolder } from '../store/index.ts'
import type {
  Answered,
  ExplainAnswer,
  ExplainTask,
  ModelTask,
  PixelPlace,
  PredictTask,
  Question,
  RandomisedTask,
} from './explainer.ts'

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

/** What the model looks at in the task's image. */
async function look({ pixels, image, class: wanted, layer, ...task }: ExplainTask | RandomisedTask) {
  const trained = await modelOf(task)
  const { size } = trained.model
  const grey = resizeBilinear(nativePixels(pixels, image), image.width, image.height, size, size)
  const floats = Float32Array.from(grey)
  const asked = layer === ATTENTION ? ({ class: wanted, method: 'rollout' } as const) : { class: wanted, layer }
  return { trained, grey, floats, explained: await explainClass(trained, floats, asked) }
}

async function randomised(task: RandomisedTask): Promise<Answered> {
  const { trained, floats, explained } = await look(task)
  const { head, all } = await randomisationCheck(trained, floats, explained, { from: task.draw, draws: 1 })
  return { ok: true, randomised: { head, all } }
}

async function explain(task: ExplainTask): Promise<Answered> {
  const { trained, grey, explained } = await look(task)
  const { class: chosen, layer, map, answer } = explained
  const { size, explainable } = trained.model
  const layers = hasAttention(trained.model) ? [...explainable, ATTENTION] : explainable
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

/** By what is asked. */
function answerTo(task: Question): Promise<Answered> {
  if (task.kind === 'predict') return predict(task)
  return task.kind === 'explain' ? explain(task) : randomised(task)
}

async function answer(task: Question): Promise<void> {
  const { id } = task
  try {
    const answered = await answerTo(task)
    port.postMessage({ id, ...answered } satisfies ExplainAnswer)
  } catch (thrown) {
    const kind = thrown instanceof LabError ? thrown.kind : 'failed'
    port.postMessage({ id, ok: false, kind, message: messageOf(thrown) } satisfies ExplainAnswer)
  }
}

/** One question after another, so that the thread can end between two. */
let work = Promise.resolve()
port.on('message', (message: Question | 'close') => {
  work = work.then(() => (message === 'close' ? port.close() : answer(message)))
})
