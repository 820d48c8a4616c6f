/**
 * What a person waits for in the lab: the first frame, and a key until it is painted, in the real program on a pseudo-terminal.
 *
 *     npm run build && node bench/screen.ts [--db lab.db] [--rounds 7] [--keys 60] [--train] [--runs 10000]
 *
 * Needs `script` (util-linux). `--train` starts a long study with the machine's workers first, in a lab of its own, and measures while it trains.
 * `--runs` makes a lab of so many first (4 real ones, copied). The screen Runs counts as open when it says how many runs there are. Idle is the processor time
 * of the program over ten seconds without a key, of a core (Linux).
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { manyRuns } from './manyRuns.ts'

const { values } = parseArgs({
  options: {
    db: { type: 'string', default: 'lab.db' },
    rounds: { type: 'string', default: '7' },
    keys: { type: 'string', default: '60' },
    train: { type: 'boolean', default: false },
    runs: { type: 'string' },
  },
})
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const own = values.train || values.runs !== undefined ? mkdtempSync(join(tmpdir(), 'mri-lab-bench-')) : null
const db = own === null ? values.db : join(own, 'lab.db')
const lab = (...args: string[]) =>
  execFileSync(process.execPath, [program, ...args, '--db', db, '--quiet'], { encoding: 'utf8' })

/** The lab on a pseudo-terminal of 100 x 30; what it writes comes as chunks. */
function open(): { child: ChildProcessWithoutNullStreams; painted(): Promise<number>; bytes(): number } {
  const command = `stty cols 100 rows 30; exec ${process.execPath} ${program} --db ${db}`
  const child = spawn('script', ['-qfc', command, '/dev/null'], { env: { ...process.env, TERM: 'xterm-256color' } })
  let bytes = 0
  let waiting: ((at: number) => void) | null = null
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    waiting?.(performance.now())
    waiting = null
  })
  const painted = () =>
    new Promise<number>(resolve => {
      waiting = resolve
    })
  return { child, painted, bytes: () => bytes }
}

/** When what comes from now on holds the pattern; throws with what came where the lab ends before. */
function shown(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.once('close', () => reject(new Error(`The lab ended: ${seen}`)))
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString('utf8')
      if (pattern.test(seen)) resolve(performance.now())
    })
  })
}

async function leave(child: ChildProcessWithoutNullStreams): Promise<void> {
  child.stdin.write('q')
  await new Promise(resolve => child.once('close', resolve))
}

async function firstFrame(): Promise<number> {
  const begun = performance.now()
  const { child } = open()
  const at = await shown(child, /1 Lab/)
  await wait(300)
  await leave(child)
  return at - begun
}

/** From the key to the screen Runs with what it is about. */
async function openRuns(): Promise<number> {
  const { child } = open()
  await wait(1500)
  const begun = performance.now()
  child.stdin.write('5')
  const at = await shown(child, /[1-9]\d* runs/)
  await wait(300)
  await leave(child)
  return at - begun
}

/** Share of a core that the lab takes while nobody presses a key, over ten seconds on the screen Lab. */
async function idle(): Promise<number> {
  const { child } = open()
  await wait(3000)
  const pid = execFileSync('pgrep', ['-f', '-n', `${program} --db ${db}`], { encoding: 'utf8' }).trim()
  const ticks = (): number => {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    const fields = after.split(' ')
    return Number(fields[11]) + Number(fields[12]) // utime and stime of proc(5), in hundredths of a second
  }
  const before = ticks()
  await wait(10_000)
  const share = (ticks() - before) / 100 / 10
  await leave(child)
  return share
}

/** Arrow keys on the screen Runs, each timed from its writing to the first bytes that answer; pauses let other frames pass. */
async function keyToPaint(count: number): Promise<{ times: number[]; bytesPerSecond: number }> {
  const { child, painted, bytes } = open()
  await wait(1500)
  child.stdin.write('5')
  await wait(1000)
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const answer = painted()
    const begun = performance.now()
    child.stdin.write(i % 2 === 0 ? 'j' : 'k')
    times.push((await answer) - begun)
    await wait(60 + (i % 7) * 13)
  }
  child.stdin.write('3')
  await wait(1000)
  const before = bytes()
  await wait(5000)
  const bytesPerSecond = (bytes() - before) / 5
  await leave(child)
  return { times, bytesPerSecond }
}

const quantile = (all: readonly number[], q: number) =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(q * all.length))]!
const milliseconds = (value: number) => `${value.toFixed(0)} ms`

if (own !== null) {
  lab('run', 'quick', '--name', 'short', '--runs', '1', '--epochs', '1', '--size', '16')
  if (values.runs !== undefined) manyRuns(db, 'short', Number(values.runs))
}
if (values.train) {
  lab('run', 'quick', '--name', 'long', '--runs', '50', '--epochs', '1000', '--patience', '1000', '--detach')
  await wait(3000)
}
const frames: number[] = []
for (let i = 0; i < Number(values.rounds); i++) frames.push(await firstFrame())
const openings: number[] = []
for (let i = 0; i < Number(values.rounds); i++) openings.push(await openRuns())
const share = process.platform === 'linux' ? await idle() : null
const { times, bytesPerSecond } = await keyToPaint(Number(values.keys))
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}, 100 x 30${values.train ? ', while every core trains' : ''}${values.runs === undefined ? '' : `, ${values.runs} runs`}`,
)
console.log(
  `first frame   median ${milliseconds(quantile(frames, 0.5))}   fastest ${milliseconds(Math.min(...frames))}   of ${frames.length}`,
)
console.log(
  `Runs open     median ${milliseconds(quantile(openings, 0.5))}   slowest ${milliseconds(Math.max(...openings))}   of ${openings.length}`,
)
if (share !== null) console.log(`idle          ${(100 * share).toFixed(1)} % of a core`)
console.log(
  `key to paint  median ${milliseconds(quantile(times, 0.5))}   p95 ${milliseconds(quantile(times, 0.95))}   of ${times.length} keys on Runs`,
)
console.log(`Live screen   ${bytesPerSecond.toFixed(0)} bytes a second`)
if (values.train) {
  lab('stop')
  await wait(3000)
}
if (own !== null) {
  rmSync(own, { recursive: true, force: true })
}
