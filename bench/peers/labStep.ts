/**
 * Our side of bench/step.ts, a process of its own as a trainer is: answers {"task": "step" | "evaluation" | "gradcam", "times": N} with
 * {"milliseconds": [...]}, and {"task": "memory"} with its peak. First line out: versions.
 *
 *     node bench/peers/labStep.ts MODEL SIZE BATCH THREADS
 */
import { createInterface } from 'node:readline'
import { createEngine } from '../../src/core/engine/index.ts'
import { gradcam, LayerGradients, upsample } from '../../src/core/explain/index.ts'
import { initialWeights, modelNamed } from '../../src/core/models/index.ts'
import { Programs, predictAll, stateSpecs, takeStep } from '../../src/core/training/index.ts'

const [name, ...numbers] = process.argv.slice(2) as [string, ...string[]]
const [size, batch, threads] = numbers.map(Number) as [number, number, number]
const model = modelNamed(name, size, 4)
const engine = await createEngine({ engine: 'onnx-cpu', threads, device: 'bench' })
const programs = new Programs(engine)
const shape = { batch, microBatch: batch }
const state = engine.createState(stateSpecs(model, shape), initialWeights(model, 1, 0))
const layers = new LayerGradients(engine, model, state.specs)
const bytes = Uint8Array.from({ length: batch * size * size }, (_, i) =>
  i % (size * size) < (size * size) / 4 ? 0 : (i * 7919) % 256,
)
const labels = Int32Array.from({ length: batch }, (_, i) => i % 4)
const places = Array.from({ length: batch }, (_, place) => ({ place }))
let t = 0

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  step: () =>
    takeStep(programs, model, state, { pixels: Float32Array.from(bytes), labels }, shape, { t: ++t, learningRate: 1e-3 }),
  evaluation: () => predictAll(programs, model, state, places, { bytes, size }, batch),
  async gradcam() {
    const [found] = await layers.of(state, Float32Array.from(bytes.subarray(0, size * size)), model.explainable[0]!, [1])
    const map = gradcam(found!.layer)
    return upsample(map.map, map, { height: size, width: size })
  },
}

console.log(JSON.stringify({ ...engine.identity.versions, base: process.resourceUsage().maxRSS / 1024 }))
for await (const line of createInterface({ input: process.stdin })) {
  const { task, times: count } = JSON.parse(line) as { task: string; times: number }
  if (task === 'memory') {
    console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 }))
    continue
  }
  const milliseconds: number[] = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    await tasks[task]!()
    milliseconds.push(performance.now() - begun)
  }
  console.log(JSON.stringify({ milliseconds }))
}
