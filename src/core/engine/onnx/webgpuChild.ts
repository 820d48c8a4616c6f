/**
 * The entry of a child process that makes a WebGPU session of the model on its standard input (of none: of a small one), in place of a process that a broken driver must not
 * take along. Answers one line of JSON, `{"error": string | null}`; what onnxruntime, Dawn and the Vulkan loader log goes to standard error.
 */
import { readFileSync } from 'node:fs'
import { InferenceSession } from 'onnxruntime-node'
import { messageOf } from '../../shared/errors.ts'
import { identityModel } from './webgpuTransfer.ts'

let error: string | null = null
try {
  const given = readFileSync(0)
  const session = await InferenceSession.create(given.length > 0 ? given : identityModel([[1]]), {
    executionProviders: ['webgpu'],
    graphOptimizationLevel: 'extended', // as the engine's: placements are those of the optimised graph
    logSeverityLevel: 0,
  })
  await session.release()
} catch (thrown) {
  error = messageOf(thrown)
}
process.stdout.write(`${JSON.stringify({ error })}\n`)
