/**
 * What each pass over the traced graph is worth: a training step with all passes, and with each left out, in turn in one run.
 *
 *     npm run bench -- passes [--model cnn] [--size 128] [--batch 32] [--threads 2] [--rounds 9]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { InferenceSession } from 'onnxruntime-node'
import { lower } from '../src/core/engine/onnx/lower.ts'
import { OnnxProgram } from '../src/core/engine/onnx/session.ts'
import { OnnxState } from '../src/core/engine/onnx/state.ts'
import { PASSES } from '../src/core/engine/passes/index.ts'
import { trace } from '../src/core/engine/trace/trace.ts'
import { initialWeights, modelNamed } from '../src/core/models/index.ts'
import { adamScalars } from '../src/core/training/adam.ts'
import { trainingSpecs, trainStep } from '../src/core/training/index.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'cnn' },
    size: { type: 'string', default: '128' },
    batch: { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '9' },
  },
})
const [size, batch, threads, rounds] = [values.size, values.batch, values.threads, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]
const model = modelNamed(values.model, size, 4)
const definition = trainStep(model, batch)
const pixels = Float32Array.from({ length: batch * size * size }, (_, i) =>
  i % (size * size) < (size * size) / 4 ? 0 : (i * 7919) % 256,
)
const labels = Int32Array.from({ length: batch }, (_, i) => i % 4)

/** The program without one pass; null where another cannot do without it. */
async function without(left: string | null) {
  const kept = Object.entries(PASSES).filter(([name]) => name !== left)
  try {
    const graph = kept.reduce((now, [, { pass }]) => pass(now), trace(definition))
    const lowered = lower(graph, definition.name, 'cpu')
    const session = await InferenceSession.create(lowered.bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'extended',
      enableMemPattern: false,
      logSeverityLevel: 3,
    })
    const blocks = left !== 'splitState'
    const state = new OnnxState(trainingSpecs(model), initialWeights(model, 1, 0), { blocks })
    return { left, program: new OnnxProgram(definition, lowered, session), state, times: [] as number[], steps: 0 }
  } catch (thrown) {
    console.log(`${left}: cannot be left out, ${thrown instanceof Error ? thrown.message : thrown}`)
    return null
  }
}

const variants = (await Promise.all([null, ...Object.keys(PASSES)].map(without))).filter(each => each !== null)
for (let round = 0; round <= rounds; round++) {
  for (const variant of variants) {
    for (let i = 0; i < 2; i++) {
      const { stepSize, epsilon } = adamScalars(++variant.steps, 1e-3)
      const begun = performance.now()
      const scalars = { stepSize: Float32Array.of(stepSize), epsilon: Float32Array.of(epsilon) }
      await variant.program.run(variant.state, { pixels, labels, ...scalars })
      if (round > 0) variant.times.push(performance.now() - begun) // the first round warms up
    }
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
console.log(`${values.model} training step, ${size}x${size}, batch ${batch}, ${threads} threads, ${rounds} rounds in turn`)
console.log(`${cpus()[0]?.model.trim()}, Node ${process.versions.node}\n`)
const [all] = variants
const full = { median: median(all!.times), min: Math.min(...all!.times) }
console.log('| left out | median ms | fastest ms | costs (median) | costs (fastest) |\n| --- | --- | --- | --- | --- |')
for (const { left, times } of variants) {
  const own = { median: median(times), min: Math.min(...times) }
  const cost = (key: 'median' | 'min') => (left === null ? '' : `${(100 * (own[key] / full[key] - 1)).toFixed(1)} %`)
  console.log(
    `| ${left ?? 'nothing'} | ${own.median.toFixed(0)} | ${own.min.toFixed(0)} | ${cost('median')} | ${cost('min')} |`,
  )
}
