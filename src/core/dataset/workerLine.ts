import type { Transferable, Worker } from 'node:worker_threads'

interface Question {
  readonly resolve: (answer: never) => void
  readonly reject: (thrown: unknown) => void
  readonly timer: NodeJS.Timeout | undefined
}

/**
 * Questions to a worker thread that answers each with one message, in the order they were asked. Several may be under way, so that the thread
 * does not wait for this one. When it throws, ends, or one answer takes too long, all are refused.
 */
export class WorkerLine {
  readonly worker: Worker
  #questions: Question[] = []

  constructor(worker: Worker) {
    this.worker = worker
    worker.on('message', answer => {
      const question = this.#questions.shift()
      clearTimeout(question?.timer)
      question?.resolve(answer as never)
    })
    worker.on('error', thrown => this.#refuse(thrown))
    worker.on('exit', () => this.#refuse(new Error('its thread ended')))
  }

  /** Questions without an answer. */
  get length(): number {
    return this.#questions.length
  }

  ask<Answer>(
    question: unknown,
    { transfer = [], seconds }: { readonly transfer?: readonly Transferable[]; readonly seconds?: number } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = () => this.#refuse(new Error(`no end in ${Math.round(seconds!)} s`))
      const timer = seconds === undefined ? undefined : setTimeout(late, 1000 * seconds)
      this.#questions.push({ resolve, reject, timer })
      this.worker.postMessage(question, transfer)
    })
  }

  #refuse(thrown: unknown): void {
    const refused = this.#questions
    this.#questions = []
    for (const { reject, timer } of refused) {
      clearTimeout(timer)
      reject(thrown)
    }
  }
}

/** In a worker thread: answers questions one after another, in the order they come. */
export function answerInOrder<Question>(
  port: { on(event: 'message', listener: (question: Question) => void): unknown },
  answer: (question: Question) => Promise<void>,
): void {
  let last = Promise.resolve()
  port.on('message', question => {
    last = last.then(() => answer(question))
  })
}
