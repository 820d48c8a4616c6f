/**
 * The greatest resident memory of a trainer, foreseen and measured: a process with worker threads trains a model for two epochs of three
 * batches, once for each setting.
 *
 *     node bench/memory.ts [--model cnn] [--sizes 64,128,256] [--batches 8,32,64] [--workers 1,2] [--micro 0]
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { modelNamed } from '../src/core/models/index.ts'
import { type FromWorker, startWorker, type ToWorker, type TrainingTask } from '../src/core/training/index.ts'
import { trainerBytes, workerBytes } from '../src/core/training/memory.ts'
import { trainerEnvironment } from '../src/runner/trainerEnvironment.ts'

interface Setting {
  readonly model: string
  readonly size: number
  readonly batch: number
  readonly microBatch: number
  readonly workers: number
}

if (process.send !== undefined) await train(JSON.parse(process.argv[2]!) as Setting)
else await compare()

async function compare(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'cnn' },
      sizes: { type: 'string', default: '64,128,256' },
      batches: { type: 'string', default: '8,32,64' },
      workers: { type: 'string', default: '1' },
      micro: { type: 'string', default: '0' },
    },
  })
  const list = (text: string) => text.split(',').map(Number)
  const { model } = values
  console.log('| model | size | batch | micro-batch | workers | foreseen MB | measured MB | foreseen / measured |')
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const size of list(values.sizes)) {
    for (const batch of list(values.batches)) {
      for (const workers of list(values.workers)) {
        const microBatch = Number(values.micro) || batch
        const setting = { model, size, batch, microBatch, workers }
        const worker = workerBytes(modelNamed(model, size, 4), setting)
        const foreseen = trainerBytes(imagesOf(setting) * size * size, Array<number>(workers).fill(worker)) / 1e6
        const measured = (await peakOf(setting)) / 1e6
        const numbers = [foreseen.toFixed(0), measured.toFixed(0), (foreseen / measured).toFixed(2)]
        console.log(`| ${[model, size, batch, microBatch, workers, ...numbers].join(' | ')} |`)
      }
    }
  }
}

function imagesOf({ batch }: Setting): number {
  return 4 * batch
}

function peakOf(setting: Setting): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(setting)], {
    serialization: 'advanced',
    env: trainerEnvironment(process.env, process.platform),
  })
  return new Promise((resolve, reject) => {
    child.once('message', bytes => resolve(bytes as number))
    child.once('exit', (code, signal) => reject(new Error(`the trainer ended: ${code ?? signal}`)))
  })
}

async function train(setting: Setting): Promise<void> {
  const { model, size, batch, microBatch, workers } = setting
  const images = imagesOf(setting)
  const buffer = new SharedArrayBuffer(images * size * size)
  new Uint8Array(buffer).forEach((_, i, all) => {
    all[i] = (i * 7919) % 256
  })
  const all = Array.from({ length: images }, (_, place) => ({ id: String(place), place, label: place % 4 }))
  const task: TrainingTask = {
    model,
    size,
    classes: ['a', 'b', 'c', 'd'],
    train: all.slice(0, 3 * batch),
    validation: all.slice(3 * batch),
    policy: 'none',
    seed: 1,
    index: 0,
    batch,
    microBatch,
    learningRate: 1e-3,
    epochs: 2,
    patience: 2,
  }
  const done = Array.from({ length: workers }, () => {
    const worker = startWorker({ engine: { engine: 'onnx-cpu', threads: 1, device: 'bench' }, memories: [{ size, buffer }] })
    return new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') worker.postMessage({ type: 'train', run: 1, task } satisfies ToWorker)
        else if (message.type === 'failed') reject(new Error(message.message))
        else if (message.type === 'done') resolve()
      })
    })
  })
  await Promise.all(done)
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  process.send!(kilobytes * 1024, () => process.exit(0))
}
