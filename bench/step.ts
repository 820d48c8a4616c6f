/**
 * A training step, an evaluation and a Grad-CAM of a model against PyTorch's, in turn in one run: same model, batch, image size and threads.
 *
 *     npm run bench -- step [--model cnn] [--size 128] [--batch 32] [--threads 2] [--rounds 7] [--python python3] [--tasks step,evaluation,gradcam]
 *         [--settings plain,fused,fused+channels_last,fused+channels_last+compiled]
 *
 * Needs a Python with torch (pip install torch torchvision timm grad-cam). PyTorch runs as installed by pip at several settings, each in a process of its
 * own, and the last two of them again with huge-page malloc (GLIBC_TUNABLES). Prints medians, our ratio to PyTorch's best
 * of each kind, and each process's peak of memory after its training steps.
 */
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PeerProcess } from './peers/process.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'cnn' },
    size: { type: 'string' },
    batch: { type: 'string' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    python: { type: 'string', default: 'python3' },
    tasks: { type: 'string', default: 'step,evaluation,gradcam' },
    settings: { type: 'string', default: 'plain,fused,fused+channels_last,fused+channels_last+compiled' },
  },
})
/** What each model is usually trained with where time is short. */
const USUAL: Readonly<Record<string, readonly [string, string]>> = {
  cnn: ['128', '32'],
  resnet18: ['256', '8'],
  vit: ['256', '4'],
}
const [usualSize, usualBatch] = USUAL[values.model]!
const shape = [values.model, values.size ?? usualSize, values.batch ?? usualBatch, values.threads] as const
const rounds = Number(values.rounds)
const COUNTS: Readonly<Record<string, number>> =
  values.model === 'cnn' ? { step: 3, evaluation: 4, gradcam: 8 } : { step: 1, evaluation: 1, gradcam: 3 }
const settings = values.settings.split(',')
const HUGE_PAGES = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }
const path = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url))
const torch = (setting: string) => [values.python, [path('torch_step.py'), ...shape, setting]] as const

interface Contender {
  readonly name: string
  readonly kind: 'ours' | 'default' | 'huge pages'
  readonly process: PeerProcess
  readonly times: Map<string, number[]>
  failed: boolean
}
const contender = (name: string, kind: Contender['kind'], process: PeerProcess): Contender => ({
  name,
  kind,
  process,
  times: new Map(),
  failed: false,
})
const all: Contender[] = [
  contender('mri-lab', 'ours', new PeerProcess(process.execPath, [path('labStep.ts'), ...shape])),
  ...settings.map(setting => contender(`torch ${setting}`, 'default', new PeerProcess(...torch(setting)))),
  ...settings
    .slice(-2)
    .map(setting => contender(`torch ${setting}, huge pages`, 'huge pages', new PeerProcess(...torch(setting), HUGE_PAGES))),
]
const versions: Record<string, unknown> = {}
const base = new Map<string, number>()
for (const each of all) {
  const hello = await each.process.next()
  if (hello === null) throw new Error(`${each.name} did not start: it needs a Python with torch (--python)`)
  const { base: megabytes, ...said } = hello
  base.set(each.name, Number(megabytes))
  Object.assign(versions, said)
}

const memory = new Map<string, number>()
for (const task of values.tasks.split(',')) {
  for (let round = 0; round <= rounds; round++) {
    for (const each of all) {
      if (each.failed) continue
      const answer = await each.process.ask({ task, times: COUNTS[task] })
      if (answer?.milliseconds === undefined) {
        console.log(`${each.name}: left out, ${String(answer?.error)}`)
        each.failed = true
      } else if (round > 0) each.times.set(task, [...(each.times.get(task) ?? []), ...(answer.milliseconds as number[])]) // the first round warms up
    }
  }
  if (task !== 'step') continue
  for (const each of all) memory.set(each.name, Number((await each.process.ask({ task: 'memory' }))?.megabytes))
}
for (const each of all) each.process.end()

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
const [model, size, batch, threads] = shape
console.log(`${model}, ${size}x${size}, batch ${batch} (Grad-CAM: one image), ${threads} threads, ${rounds} rounds in turn`)
console.log(`${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${JSON.stringify(versions)}`)
for (const task of values.tasks.split(',')) {
  console.log(`\n${task}`)
  const running = all.filter(each => !each.failed)
  const own = median(running[0]!.times.get(task)!)
  for (const { name, times } of running) {
    const numbers = times.get(task)!
    const peak = task === 'step' ? `   peak ${memory.get(name)!.toFixed(0)} MB, ${base.get(name)!.toFixed(0)} before` : ''
    const [low, middle] = [Math.min(...numbers), median(numbers)].map(each => each.toFixed(1).padStart(7))
    console.log(
      `${name.padEnd(48)} min ${low} ms   median ${middle} ms   ${(middle === undefined ? 0 : Number(middle) / own).toFixed(2)} x ours${peak}`,
    )
  }
  for (const kind of ['default', 'huge pages'] as const) {
    const best = Math.min(...running.filter(each => each.kind === kind).map(each => median(each.times.get(task)!)))
    console.log(`  ${(best / own).toFixed(2)} times as fast as PyTorch's best, ${kind}`)
  }
}
