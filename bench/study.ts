/**
 * A whole study against PyTorch, in turn in one run: decode, augment (flip), train, validate after each epoch, stop early, store.
 *
 *     npm run bench -- study [--data FOLDER] [--runs 4] [--epochs 2] [--rounds 1] [--size 128] [--batch 32] [--python python3]
 *         [--peers files,memory] [--workers N] [--threads N]
 *
 * FOLDER holds train/CLASS/* and test/CLASS/* (default: the sample that ships). Ours is the program itself, `mri-lab data add` and `mri-lab run`, from
 * the start of its process to the end; how many workers are fastest is measured once before, as it is once for a machine, and told apart. Theirs is
 * peers/torch_study.py, from the start of its process to the end: `files` with a DataLoader over ImageFolder, `memory` with tensors
 * in memory; `files+huge` and `memory+huge` start it with huge-page malloc. Needs a Python with torch and torchvision.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../fixtures/sample', import.meta.url)) },
    runs: { type: 'string', default: '4' },
    epochs: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '1' },
    size: { type: 'string', default: '128' },
    batch: { type: 'string', default: '32' },
    python: { type: 'string', default: 'python3' },
    peers: { type: 'string', default: 'files,memory' },
    workers: { type: 'string' },
    threads: { type: 'string' },
  },
})
const { size, batch, runs, epochs } = values
const data = resolve(values.data)
const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const peer = fileURLToPath(new URL('./peers/torch_study.py', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-bench-'))

/** A whole study once. Seconds of `pieces` are of the whole, or of all workers together where they train at once. */
interface Measured {
  readonly seconds: number
  /** Images trained, over all runs and epochs. */
  readonly trained: number
  /** Seconds before anything is trained, and what of that is decoding. */
  readonly startUp: number
  readonly decoding: number
  /** Shares of the training time, 0 to 1. */
  readonly data: number
  readonly steps: number
  readonly validation: number
  readonly losses: readonly number[]
  readonly words: string
}

/** Runs a process to its end; each line it writes comes with its time since the start. @throws where it fails */
async function lines(command: string, args: readonly string[], env = process.env) {
  const begun = performance.now()
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const found: { readonly text: string; readonly at: number }[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    found.push({ text, at: (performance.now() - begun) / 1000 })
  }
  if ((await ended) !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
  return { found, seconds: (performance.now() - begun) / 1000 }
}

const chosen = (['workers', 'threads'] as const).flatMap(name =>
  values[name] === undefined ? [] : [`--${name}`, values[name]],
)
const lab = (...args: string[]) => lines(process.execPath, [program, ...args, '--quiet', '--json', ...chosen])

function specFile(name: string, seed: number, limits: { runs: number; epochs: number }): string {
  const file = join(folder, `${name}.json`)
  const spec = {
    name,
    dataset: name,
    models: ['cnn'],
    policies: ['flip'],
    scenarios: [{ name: '100/0', real: 1 }],
    patience: 2,
    size: Number(size),
    batch: Number(batch),
    seed,
    ...limits,
  }
  writeFileSync(file, JSON.stringify(spec))
  return file
}

interface ShownRun {
  readonly validationLoss: number
  readonly history: readonly { readonly seconds: number; readonly imagesPerSecond: number }[]
  readonly training: Readonly<Record<string, { readonly real: number }>>
  readonly provenance: {
    readonly seconds: number
    readonly dataSeconds: number
    readonly workers: number
    readonly engine: { readonly threads: number; readonly versions: { readonly onnxruntime: string } }
  }
}

let runtime = ''
async function ours(round: number): Promise<Measured> {
  const name = `round ${round}`
  const decoded = await lab('data', 'add', name, data)
  const spec = specFile(name, round, { runs: Number(runs), epochs: Number(epochs) })
  const { found, seconds } = await lab('run', spec)
  const events = found.map(({ text, at }) => ({ at, event: JSON.parse(text) as { event: string; run: number } }))
  const starts = events.filter(({ event }) => event.event === 'run-start')
  const all: ShownRun[] = []
  for (const { event } of starts) {
    const shown = await lab('runs', 'show', String(event.run))
    all.push(JSON.parse(shown.found.map(({ text }) => text).join('\n')))
  }
  const sum = (of: (run: ShownRun) => number) => all.reduce((total, run) => total + of(run), 0)
  const images = (run: ShownRun) => Object.values(run.training).reduce((total, { real }) => total + real, 0)
  const training = (run: ShownRun) =>
    run.history.reduce((total, { imagesPerSecond }) => total + images(run) / imagesPerSecond, 0)
  const worked = sum(run => run.provenance.seconds)
  const { workers, engine } = all[0]!.provenance
  runtime = engine.versions.onnxruntime
  return {
    seconds: decoded.seconds + seconds,
    trained: sum(run => images(run) * run.history.length),
    startUp: decoded.seconds + starts[0]!.at,
    decoding: decoded.seconds,
    data: sum(run => run.provenance.dataSeconds) / worked,
    steps: sum(training) / worked,
    validation: sum(run => run.history.reduce((total, each) => total + each.seconds, 0) - training(run)) / worked,
    losses: all.map(run => run.validationLoss),
    words: `${workers} x ${engine.threads} threads`,
  }
}

let torch = ''
async function theirs(kind: string, round: number): Promise<Measured> {
  const [images, huge] = kind.split('+') as [string, string | undefined]
  const out = join(folder, `torch ${round}`)
  mkdirSync(out, { recursive: true })
  const options = { images, runs, epochs, size, batch, threads: String(availableParallelism()), seed: String(round), out }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const { GLIBC_TUNABLES: _, ...env } = process.env
  const tuned = huge === undefined ? env : { ...env, GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }
  const { found, seconds } = await lines(values.python, [peer, data, ...args], tuned)
  const said = JSON.parse(found.at(-1)!.text) as {
    trained: number
    seconds: Record<'imports' | 'decoding' | 'data' | 'steps' | 'validation' | 'storing', number>
    losses: number[]
    versions: { torch: string; torchvision: string }
  }
  torch = `torch ${said.versions.torch}, torchvision ${said.versions.torchvision}`
  const { imports, decoding } = said.seconds
  const worked = said.seconds.data + said.seconds.steps + said.seconds.validation + said.seconds.storing
  return {
    seconds,
    trained: said.trained,
    startUp: imports + decoding,
    decoding,
    data: said.seconds.data / worked,
    steps: said.seconds.steps / worked,
    validation: said.seconds.validation / worked,
    losses: said.losses,
    words: `${options.threads} threads`,
  }
}

const peers = values.peers.split(',').filter(kind => kind !== '')
const kinds: [string, (round: number) => Promise<Measured>][] = [
  ['mri-lab', ours],
  ...peers.map((kind): [string, (round: number) => Promise<Measured>] => [`torch, ${kind}`, round => theirs(kind, round)]),
]
try {
  // Once a machine and model: how many workers. As many runs as the study has, so that the same layouts are candidates.
  await lab('data', 'add', 'before', data)
  const before = await lab('run', specFile('before', 0, { runs: Number(runs), epochs: 1 }))
  const calibration = before.found.find(({ text }) => text.includes('"run-start"'))!.at

  const measured = new Map<string, Measured[]>(kinds.map(([name]) => [name, []]))
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [name, run] of round % 2 === 1 ? kinds : kinds.toReversed()) measured.get(name)!.push(await run(round))
  }
  report(measured, calibration)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function report(measured: ReadonlyMap<string, readonly Measured[]>, calibration: number): void {
  const total = (all: readonly Measured[], of: (one: Measured) => number) => all.reduce((sum, one) => sum + of(one), 0)
  const mean = (all: readonly Measured[], of: (one: Measured) => number) => total(all, of) / all.length
  const whole = (all: readonly Measured[]) => total(all, one => one.trained) / total(all, one => one.seconds)
  const training = (all: readonly Measured[]) =>
    total(all, one => one.trained) / total(all, one => one.seconds - one.startUp)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`

  console.log(
    `A whole study: CNN, ${size}x${size}, batch ${batch}, flip; ${runs} runs of at most ${epochs} epochs, ${values.rounds} rounds, in turn`,
  )
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores; Node ${process.versions.node}, onnxruntime ${runtime}; ${torch}\n`,
  )
  const heads = [
    '',
    'images/s',
    'from first step',
    'seconds',
    'start-up',
    'decoding',
    'data wait',
    'steps',
    'validation',
    'loss',
  ]
  const rows = [...measured].map(([name, all]) => [
    `${name}, ${all[0]!.words}`,
    whole(all).toFixed(1),
    training(all).toFixed(1),
    mean(all, one => one.seconds).toFixed(1),
    mean(all, one => one.startUp).toFixed(1),
    mean(all, one => one.decoding).toFixed(1),
    percent(mean(all, one => one.data)),
    percent(mean(all, one => one.steps)),
    percent(mean(all, one => one.validation)),
    mean(all, one => one.losses.reduce((a, b) => a + b) / one.losses.length).toFixed(3),
  ])
  const widths = heads.map((_, i) => Math.max(...[heads, ...rows].map(row => row[i]!.length)))
  for (const row of [heads, ...rows]) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
  }
  console.log(
    `\nimages trained a second, from the start of the process; ours once before: ${calibration.toFixed(1)} s to start and measure layouts`,
  )
  console.log('data wait of the training time: ours is part of steps and validation, theirs beside them\n')
  const [[, own], ...others] = [...measured] as [[string, readonly Measured[]], ...[string, readonly Measured[]][]]
  for (const [name, all] of others) {
    const ratio = (of: (each: readonly Measured[]) => number) => (of(own) / of(all)).toFixed(2)
    console.log(`${ratio(whole)} times as fast as ${name} (${ratio(training)} from the first step)`)
  }
}
