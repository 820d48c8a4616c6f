import type { Transferable, Worker } from 'node:worker_threads'

/**
 * Posts a question to a worker thread that answers each with one message, and resolves with it. Rejects when the thread throws or ends, or
 * after `seconds` without an answer. One question at a time.
 */
export function askWorker<Answer>(
  worker: Worker,
  question: unknown,
  { transfer = [], seconds }: { readonly transfer?: readonly Transferable[]; readonly seconds?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      worker.off('message', answered).off('error', failed).off('exit', ended)
      act()
    }
    const answered = (answer: Answer) => settle(() => resolve(answer))
    const failed = (thrown: unknown) => settle(() => reject(thrown))
    const ended = () => failed(new Error('its thread ended'))
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => failed(new Error(`no end in ${Math.round(seconds)} s`)), seconds * 1000)
    worker.on('message', answered).on('error', failed).on('exit', ended)
    worker.postMessage(question, transfer)
  })
}
