/** The entry of a worker thread that decodes batches of images. */
import { parentPort } from 'node:worker_threads'
import { type DecodeJob, type DecodeReply, decodeBatch } from './decodeBatch.ts'

parentPort!.on('message', async (job: DecodeJob) => {
  const reply: DecodeReply = await decodeBatch(job)
  parentPort!.postMessage(reply, [reply.pixels])
})
