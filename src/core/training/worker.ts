/** The entry of a worker thread: makes its engine, then trains what it is sent. */
import { parentPort, workerData } from 'node:worker_threads'
import { createEngine, DeviceLostError } from '../engine/index.ts'
import { LabError, messageOf } from '../shared/errors.ts'
import { FeatureCache } from './headOnly.ts'
import { type HadMemory, isOutOfMemory, outOfMemory } from './outOfMemory.ts'
import { Programs } from './programs.ts'
import { trainRun } from './run.ts'
import type { TrainingTask } from './task.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './workerThread.ts'

const port = parentPort!
const setup = workerData as WorkerSetup
const cache = new FeatureCache()
let stopping = false

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

function fail(run: number | null, thrown: unknown): void {
  send({ type: 'failed', run, kind: thrown instanceof LabError ? thrown.kind : 'failed', message: messageOf(thrown) })
}

/** Nothing works on a lost device before the process is another: the trainer ends with its only worker, and the runner starts the run again. */
function leave(thrown: DeviceLostError): void {
  send({ type: 'leaving', message: messageOf(thrown) })
  port.close()
}

function hadMemory(): HadMemory {
  const images = setup.memories.reduce((sum, memory) => sum + ('buffer' in memory ? memory.buffer.byteLength : 0), 0)
  return { reached: process.resourceUsage().maxRSS * 1024, images, workers: setup.workers ?? 1 }
}

function weightsFile(sha256: string): Uint8Array {
  const file = setup.pretrained?.find(each => each.sha256 === sha256)
  if (file === undefined) throw new LabError('failed', `no weights of SHA-256 ${sha256} were given to this worker`)
  return new Uint8Array(file.buffer)
}

async function train(programs: Programs, run: number, task: TrainingTask): Promise<void> {
  stopping = false
  let said = performance.now()
  const memory = setup.memories.find(each => each.size === task.size)
  if (memory === undefined) throw new LabError('failed', `no images of ${task.size} pixels were given to this worker`)
  const trained = await trainRun(task, {
    programs,
    images: 'buffer' in memory ? { bytes: new Uint8Array(memory.buffer), size: memory.size } : memory,
    pretrained: weightsFile,
    features: cache,
    clock: () => performance.now(),
    onEpoch: epoch => send({ type: 'epoch', run, epoch }),
    stopped: () => {
      if (performance.now() - said > 1000) {
        said = performance.now()
        send({ type: 'alive', run })
      }
      return stopping
    },
  })
  send({ type: 'done', run, trained }, [trained.checkpoint.buffer as ArrayBuffer])
}

try {
  const engine = await createEngine(setup.engine)
  const programs = new Programs(engine)
  port.on('message', async (message: ToWorker) => {
    if (message.type === 'stop') stopping = true
    else if (message.type === 'train')
      await train(programs, message.run, message.task).catch(thrown => {
        if (thrown instanceof DeviceLostError) leave(thrown)
        else fail(message.run, isOutOfMemory(thrown) ? outOfMemory(thrown, message.task, hadMemory()) : thrown)
      })
    else {
      port.close()
      await programs.release()
      await engine.release()
    }
  })
  send({ type: 'ready', identity: engine.identity })
} catch (thrown) {
  fail(null, thrown)
  port.close()
}
