/**
 * The entry of a trainer process: one copy of the images in shared memory, worker threads that train from it, weights written to the
 * content files. It writes nothing to the database. It ends when told to, or when the runner's end of the channel closes.
 */
import { homedir } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { type GreyImage, heldInMemory, imageFile, imageMemory } from '../core/dataset/index.ts'
import { workersAllowed } from '../core/engine/index.ts'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { decodeGreyFile } from '../core/synthesis/greyFile.ts' // not by its door: it makes no images
import { type FromWorker, type SharedImages, startWorker, type ToWorker } from '../core/training/index.ts'
import { ContentFiles, graphFolder } from '../store/index.ts'
import type { FromTrainer, ToTrainer, TrainerSetup } from './messages.ts'

const workers = new Map<
  Worker,
  { identity: Extract<FromWorker, { type: 'ready' }>['identity'] | null; run: number | null }
>()
let files: ContentFiles | undefined

process.on('SIGINT', () => {}) // Ctrl+C reaches the whole process group; the runner decides what it means
process.on('disconnect', () => post('exit'))
process.on('message', (message: ToTrainer) => {
  try {
    if (message.type === 'start') start(message.setup)
    else if (message.type === 'train') train(message)
    else post(message.type)
  } catch (thrown) {
    fail(null, thrown)
  }
})

function send(message: FromTrainer): void {
  if (process.connected) process.send?.(message)
}

function fail(run: number | null, thrown: unknown): void {
  send({ type: 'failed', run, kind: thrown instanceof LabError ? thrown.kind : 'failed', message: messageOf(thrown) })
}

function start({ database, pixels, images, bank, sizes, pretrained, engine, workers: count }: TrainerSetup): void {
  files = new ContentFiles(database)
  const synthetic = bank.map(sha256 => decodeGreyFile(files!.read(sha256)))
  const memories = sharedImages(files, { pixels, images, sizes }, synthetic)
  const shared = pretrained.map(sha256 => ({ sha256, buffer: inSharedMemory(files!.read(sha256)) }))
  const cache = graphFolder(process.env, homedir())
  const threads = Math.min(count, workersAllowed(engine.engine) ?? count)
  for (let i = 0; i < threads; i++) {
    const worker = startWorker({ engine: { ...engine, cache }, memories, pretrained: shared, workers: threads })
    workers.set(worker, { identity: null, run: null })
    worker.on('message', (message: FromWorker) => hear(worker, message))
    worker.on('error', thrown => fail(workers.get(worker)?.run ?? null, thrown))
    worker.on('exit', () => {
      workers.delete(worker)
      if (workers.size === 0 && process.connected) process.disconnect()
    })
  }
}

/** One copy for all worker threads, in memory where it should hold them. */
function sharedImages(
  files: ContentFiles,
  { pixels, images, sizes }: Pick<TrainerSetup, 'pixels' | 'images' | 'sizes'>,
  synthetic: readonly GreyImage[],
): SharedImages[] {
  const pack = files.open(pixels)
  const bytes = sizes.reduce((sum, size) => sum + (images.length + synthetic.length) * size ** 2, 0)
  const inMemory = heldInMemory(bytes, process.availableMemory())
  try {
    return sizes.map(size => {
      if (inMemory) return { size, buffer: imageMemory(pack, images, size, synthetic).buffer }
      const file = files.scratch()
      imageFile(file, pack, images, size, synthetic)
      return { size, file }
    })
  } finally {
    pack.close()
  }
}

/** One copy for all worker threads. */
function inSharedMemory(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

/** The runner sends no more runs than it was told of idle workers. */
function train({ run, task }: Extract<ToTrainer, { type: 'train' }>): void {
  const idle = [...workers].find(([, state]) => state.identity !== null && state.run === null)
  if (idle === undefined) throw new LabError('failed', `no worker is free for run ${run}`)
  idle[1].run = run
  idle[0].postMessage({ type: 'train', run, task } satisfies ToWorker)
}

function hear(worker: Worker, message: FromWorker): void {
  const state = workers.get(worker)!
  if (message.type === 'epoch' || message.type === 'alive' || message.type === 'leaving') {
    send(message)
    return
  }
  if (message.type === 'ready') state.identity = message.identity
  else if (message.type === 'failed') {
    state.run = null
    send(message)
    if (message.run === null) return // its engine did not start: it takes no runs
  } else {
    state.run = null
    const { checkpoint, ...trained } = message.trained
    try {
      send({ type: 'done', run: message.run, trained, weights: files!.write(checkpoint) })
    } catch (thrown) {
      fail(message.run, thrown)
    }
  }
  if (state.identity !== null) send({ type: 'idle', identity: state.identity })
}

function post(type: 'stop' | 'exit'): void {
  for (const worker of workers.keys()) {
    worker.postMessage({ type: 'stop' } satisfies ToWorker)
    if (type === 'exit') worker.postMessage({ type } satisfies ToWorker)
  }
  if (type === 'exit' && workers.size === 0 && process.connected) process.disconnect()
}
