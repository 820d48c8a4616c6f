/** How fast a layout trains on this machine: a real trainer with all its workers trains real images for a moment, and is killed. */
import { LabError } from '../core/shared/errors.ts'
import type { Epoch, TrainingTask } from '../core/training/index.ts'
import type { FromTrainer, TrainerSetup } from './messages.ts'
import { startTrainer } from './trainerProcess.ts'

export interface MeasureOptions {
  /** What each worker trains, again and again: a step or a few are an epoch. */
  readonly task: TrainingTask
  /** Milliseconds that are measured at least, once all workers train; an epoch of each worker at least. */
  readonly milliseconds: number
  /** Milliseconds after which a trainer that has not come so far is given up. */
  readonly limit: number
  readonly signal: AbortSignal
}

/**
 * Images a second of all workers together, while all train. Their first epoch, which compiles, does not count.
 * @throws LabError `interrupted` by the signal; `failed` or the trainer's own kind where it fails, dies or hangs
 */
export async function measureLayout(
  setup: TrainerSetup,
  { task, milliseconds, limit, signal }: MeasureOptions,
): Promise<number> {
  if (signal.aborted) throw interrupted()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const meter = new Meter(setup.workers, task.train.length, milliseconds)
  let begun = 0
  const trainer = startTrainer(setup, {
    onMessage: (message: FromTrainer) => {
      if (message.type === 'idle') trainer.send({ type: 'train', run: begun++, task })
      else if (message.type === 'failed') reject(new LabError(message.kind, message.message))
      else if (message.type === 'epoch') {
        const rate = meter.hear(message.run, message.epoch, performance.now())
        if (rate !== null) resolve(rate)
      }
    },
    onExit: how => reject(new LabError('failed', `the trainer ended while it was measured (${how})`)),
  })
  const abort = () => reject(interrupted())
  signal.addEventListener('abort', abort)
  const late = setTimeout(() => reject(new LabError('failed', 'the trainer gave no sign of life')), limit)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', abort)
    trainer.kill()
  }
}

/** Adds up what workers report, from the moment when each has its first epoch behind it. */
class Meter {
  private readonly workers: number
  private readonly images: number
  private readonly milliseconds: number
  private readonly warm = new Set<number>()
  private readonly heard = new Map<number, { epochs: number; seconds: number }>()
  private since: number | null = null

  constructor(workers: number, images: number, milliseconds: number) {
    this.workers = workers
    this.images = images
    this.milliseconds = milliseconds
  }

  /** The rate, once enough was heard. */
  hear(worker: number, { imagesPerSecond }: Epoch, now: number): number | null {
    if (this.since === null) {
      this.warm.add(worker)
      if (this.warm.size === this.workers) this.since = now
      return null
    }
    const { epochs, seconds } = this.heard.get(worker) ?? { epochs: 0, seconds: 0 }
    this.heard.set(worker, { epochs: epochs + 1, seconds: seconds + this.images / imagesPerSecond })
    if (this.heard.size < this.workers || now - this.since < this.milliseconds) return null
    return [...this.heard.values()].reduce((sum, each) => sum + (each.epochs * this.images) / each.seconds, 0)
  }
}

function interrupted(): LabError {
  return new LabError('interrupted', 'the measurement was stopped')
}
