/**
 * Successive halving against exhaustive search: how often each finds the best candidate, or one nearly as good, and at what share of the runs.
 *
 *     npm run bench -- search [--trials 400] [--seed 1]
 *     npm run bench -- search --real [--size 16] [--epochs 10] [--runs 16] [--trials 400] [--keep DIR]
 *
 * The first is a simulated response: candidates are all sets of four classes with a fifth or a half of synthetic images; a class helps or harms by an effect of its own, pairs of
 * classes by a smaller one; a run's loss is what all runs of its index share, and noise of its own. The second trains every candidate of a small space on the sample
 * (each class alone, and all) with the program itself, and searches many times over the runs that it measured, taken in another order each time.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hashOf, randomStream } from '../src/core/shared/random.ts'
import { normalQuantile } from '../src/core/stats/index.ts'
import { type Candidate, candidatesOf, findWinner, parseSearch, type Search } from '../src/core/study/search/index.ts'
import { rank } from '../src/core/study/search/rounds.ts'
import type { Spec } from '../src/core/study/spec.ts'

const { values } = parseArgs({
  options: {
    real: { type: 'boolean', default: false },
    trials: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: '16' },
    epochs: { type: 'string', default: '10' },
    runs: { type: 'string', default: '16' },
    keep: { type: 'string' },
  },
})
const trials = Number(values.trials)

/** Losses of a candidate's or the baseline's run, by its name and index. */
type Response = (scenario: string, index: number) => number

/** What is true of each candidate: its mean loss less the baseline's. */
interface World {
  readonly classes: readonly string[]
  readonly truth: ReadonlyMap<string, number>
  readonly response: Response
}

const CONFIRM = 7
function searchOf(runs: number, search: object): Search {
  const budget = { runs: runs + 3 * CONFIRM } // the confirmation is the same for both
  return parseSearch(
    { name: 'bench', dataset: 'bench', models: ['cnn'], search: { ...search, budget, confirm: CONFIRM } },
    'bench',
  )
}

/** The name of the winner. */
async function halving(search: Search, { classes, response }: World): Promise<string> {
  const train = async (spec: Spec) =>
    new Map(spec.scenarios.map(({ name }) => [name, Array.from({ length: spec.runs }, (_, i) => response(name, i))]))
  return (await findWinner(search, classes, { train, runsIn: () => 0 })).winner.name
}

function exhaustive(candidates: readonly Candidate[], runs: number, { response }: World): string {
  const of = (name: string) => Array.from({ length: runs }, (_, i) => response(name, i))
  return rank(new Map(candidates.map(({ name }) => [name, of(name)])), of('100/0'), 'lower')[0]!.candidate
}

interface Tally {
  best: number
  near: number
  regret: number
}

function count(tally: Tally, found: string, truth: ReadonlyMap<string, number>, near: number): void {
  const least = Math.min(...truth.values())
  const lost = truth.get(found)! - least
  tally.best += lost === 0 ? 1 : 0
  tally.near += lost <= near ? 1 : 0
  tally.regret += lost
}

/** The rows of a table: what each way found in all worlds. */
async function compare(space: object, worlds: readonly World[], each: number, near: number): Promise<string[][]> {
  const { candidates } = candidatesOf(searchOf(1e5, space).space, worlds[0]!.classes, 1)
  const full = (candidates.length + 1) * each
  const rows: string[][] = []
  const row = (name: string, runs: number, { best, near: close, regret }: Tally) => {
    const share = (part: number) => `${((100 * part) / worlds.length).toFixed(1)} %`
    rows.push([
      name,
      String(runs),
      `${((100 * runs) / full).toFixed(0)} %`,
      share(best),
      share(close),
      (regret / worlds.length).toFixed(5),
    ])
  }
  for (const part of [1, 0.5, 0.25, 0.125]) {
    const runs = Math.floor(each * part)
    if (runs < 1) continue
    const tally = { best: 0, near: 0, regret: 0 }
    for (const world of worlds) count(tally, exhaustive(candidates, runs, world), world.truth, near)
    row(`exhaustive, ${runs} each`, runs * (candidates.length + 1), tally)
  }
  for (const keepOneOf of [2, 3]) {
    for (const part of [0.5, 0.25, 0.125]) {
      const search = searchOf(Math.floor(full * part), { ...space, keepOneOf })
      const tally = { best: 0, near: 0, regret: 0 }
      try {
        for (const world of worlds) count(tally, await halving(search, world), world.truth, near)
      } catch {
        continue // too few runs for one of each
      }
      row(`halving, keeps one of ${keepOneOf}`, Math.floor(full * part), tally)
    }
  }
  return rows
}

function print(rows: readonly string[][]): void {
  const head = ['', 'runs at most', 'of all', 'the best', 'nearly', 'mean loss given away']
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map(row => row[i]!.length)))
  for (const row of [head, ...rows]) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
  }
}

function normal(...name: (string | number)[]): number {
  return normalQuantile((randomStream(...name).uniform() * 2 ** 32 + 0.5) / (2 ** 32 + 1))
}

/** Effects of some hundredths of a nat, as the dissertation's medians differ; `noise` is the standard deviation of a run's own. */
function simulatedWorld(space: object, noise: number, ...name: (string | number)[]): World {
  const classes = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
  const { candidates } = candidatesOf(searchOf(1e5, space).space, classes, 1)
  const effect = new Map(classes.map(one => [one, 0.02 * normal(...name, 'effect', one)]))
  const truth = new Map(
    candidates.map(({ name: scenario, classes: chosen, synthetic }) => {
      const some = chosen ?? classes
      const pairs = some.flatMap((a, i) => some.slice(i + 1).map(b => 0.008 * normal(...name, 'pair', a, b)))
      const whole = some.reduce((sum, one) => sum + effect.get(one)!, 0) + pairs.reduce((sum, one) => sum + one, 0)
      return [scenario, whole * Math.sqrt(Number(synthetic) / 0.5)]
    }),
  )
  const response: Response = (scenario, index) =>
    0.6 +
    0.05 * normal(...name, 'level', index) +
    (truth.get(scenario) ?? 0) +
    noise * normal(...name, 'noise', scenario, index)
  return { classes, truth, response }
}

async function simulated(): Promise<void> {
  const space = { classes: 'subsets', synthetic: [0.2, 0.5] }
  for (const noise of [0.02, 0.05]) {
    const worlds = Array.from({ length: trials }, (_, i) =>
      simulatedWorld(space, noise, Number(values.seed), 'world', noise, i),
    )
    console.log(
      `\n${trials} simulated responses, 30 candidates, 20 runs each; a run's own noise ${noise}; nearly: within 0.01`,
    )
    print(await compare(space, worlds, 20, 0.01))
  }
}

/** Trains all of a small space once, with the program. */
async function real(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'mri-lab-bench-'))
  mkdirSync(folder, { recursive: true })
  const runs = Number(values.runs)
  const search = searchOf(1e5, { classes: 'each', synthetic: [0.2, 1] })
  const classes = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
  const { candidates } = candidatesOf(search.space, classes, 1)
  const scenarios = [{ name: '100/0', real: 1 }, ...candidates]
  const spec = { name: 'space', dataset: 'sample', models: ['cnn'], policies: ['none'], scenarios, contrasts: [], runs }
  const settings = { patience: 3, batch: 16, epochs: Number(values.epochs), size: Number(values.size) }
  writeFileSync(join(folder, 'space.json'), JSON.stringify({ ...spec, ...settings }))
  const lab = (...args: string[]) => {
    const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
    const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error(`mri-lab ${args.join(' ')} failed`)
    return stdout
  }
  try {
    lab('synth', 'run', '--spec', 'space.json')
    lab('run', 'space.json')
    const measured = JSON.parse(lab('runs', '--study', 'space', '--json')) as {
      scenario: string
      index: number
      validationLoss: number
    }[]
    const losses = new Map(measured.map(({ scenario, index, validationLoss }) => [`${scenario}/${index}`, validationLoss]))
    const all = Array.from({ length: runs }, (_, i) => i)
    const at = (scenario: string, index: number) => losses.get(`${scenario}/${index}`)!
    const of = (name: string) => all.map(index => at(name, index))
    const truth = new Map(
      rank(new Map(candidates.map(({ name }) => [name, of(name)])), of('100/0'), 'lower').map(one => [
        one.candidate,
        one.estimate,
      ]),
    )
    for (const [name, estimate] of truth) console.log(`${estimate.toFixed(4).padStart(8)}  ${name}`)
    const worlds = Array.from({ length: trials }, (_, trial): World => {
      const order = all.toSorted((a, b) => (hashOf(trial, a) < hashOf(trial, b) ? -1 : 1))
      return { classes, truth, response: (scenario, index) => at(scenario, order[index]!) }
    })
    console.log(
      `\n${candidates.length} candidates on the sample at ${values.size}x${values.size}, ${runs} runs each; ${trials} orders of them; nearly: within 0.005`,
    )
    console.log('the best is that of all runs: exhaustive search with all of them finds it by definition')
    print(await compare({ classes: 'each', synthetic: [0.2, 1] }, worlds, runs, 0.005))
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

await (values.real ? real() : simulated())
