/** The entry of a worker thread that decodes batches of images. */
import { parentPort } from 'node:worker_threads'
import { type DecodeJob, decodeBatch } from './decodeBatch.ts'
import { answerInOrder } from './workerLine.ts'

answerInOrder<DecodeJob>(parentPort!, async job => {
  const reply = await decodeBatch(job)
  parentPort!.postMessage(reply, [reply.pixels])
})
