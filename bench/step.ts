/**
 * A training step of the CNN against PyTorch's, in turn in one run: same model, batch, image size and threads.
 *
 *     node bench/step.ts [--size 128] [--batch 32] [--threads 2] [--rounds 7] [--python python3]
 *
 * Needs a Python with torch (pip install torch). Prints each one's fastest and median step and our ratio to PyTorch's best setting.
 */
import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine } from '../src/core/engine/index.ts'
import { initialWeights, modelNamed } from '../src/core/models/index.ts'
import { adamScalars } from '../src/core/training/adam.ts'
import { trainingSpecs, trainStep } from '../src/core/training/index.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '128' },
    batch: { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    python: { type: 'string', default: 'python3' },
  },
})
const [size, batch, threads, rounds] = [values.size, values.batch, values.threads, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]
const STEPS = 3

const script = fileURLToPath(new URL('./peers/torch_step.py', import.meta.url))
const torch = spawn(values.python, [script, String(size), String(batch), String(threads)], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface({ input: torch.stdout })[Symbol.asyncIterator]()
const answer = async () => JSON.parse((await answers.next()).value as string)
const hello = (await answer()) as { torch: string; peers: string[] }

const engine = await createEngine({ engine: 'onnx-cpu', threads, device: 'bench' })
const model = modelNamed('cnn', size, 4)
const state = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
const program = await engine.compile(trainStep(model, batch))
const pixels = Float32Array.from({ length: batch * size * size }, (_, i) =>
  i % (size * size) < (size * size) / 4 ? 0 : (i * 7919) % 256,
)
const labels = Int32Array.from({ length: batch }, (_, i) => i % 4)
let t = 0
async function ours(): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < STEPS; i++) {
    const { stepSize, epsilon } = adamScalars(++t, 1e-3)
    const begun = performance.now()
    await program.run(state, { pixels, labels, stepSize: Float32Array.of(stepSize), epsilon: Float32Array.of(epsilon) })
    times.push(performance.now() - begun)
  }
  return times
}
async function theirs(peer: string): Promise<number[]> {
  torch.stdin.write(`${JSON.stringify({ peer, steps: STEPS })}\n`)
  return (await answer()).milliseconds
}

const times = new Map<string, number[]>([
  ['mri-lab', []],
  ...hello.peers.map(peer => [`torch, ${peer}`, []] as [string, number[]]),
])
for (let round = 0; round <= rounds; round++) {
  for (const [name, all] of times) {
    const measured = name === 'mri-lab' ? await ours() : await theirs(name.replace('torch, ', ''))
    if (round > 0) all.push(...measured) // the first round warms up
  }
}
torch.stdin.end()

const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
console.log(`CNN training step, ${size}x${size}, batch ${batch}, ${threads} threads, ${rounds} rounds of ${STEPS} in turn`)
console.log(
  `${cpus()[0]?.model}, Node ${process.versions.node}, onnxruntime ${engine.identity.versions.onnxruntime}, torch ${hello.torch}\n`,
)
for (const [name, all] of times) {
  const ms = median(all)
  console.log(
    `${name.padEnd(34)} min ${Math.min(...all)
      .toFixed(0)
      .padStart(5)} ms   median ${ms.toFixed(0).padStart(5)} ms   ${((1000 * batch) / ms).toFixed(0)} images/s`,
  )
}
const own = median(times.get('mri-lab')!)
const best = Math.min(...hello.peers.map(peer => median(times.get(`torch, ${peer}`)!)))
console.log(`\nmedian step: ${(best / own).toFixed(2)} times as fast as PyTorch's best setting here`)
