/** A study that outlives the command that started it, and the commands that watch and steer it. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnvironment, MAIN, runLab } from './program.ts'

const SAMPLE = fileURLToPath(new URL('../../fixtures/sample/test', import.meta.url))
/** Small images, but enough epochs that there is time to steer. */
const STUDY = [
  'run',
  'quick',
  '--dataset',
  'toy',
  '--split',
  'random',
  '--size',
  '32',
  '--runs',
  '2',
  '--workers',
  '1',
  '--patience',
  '50',
]
let cwd = ''

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-detached-'))
  for (const label of ['NonDemented', 'MildDemented']) {
    mkdirSync(join(cwd, 'images', label), { recursive: true })
    for (const file of readdirSync(join(SAMPLE, label)).slice(0, 16)) {
      cpSync(join(SAMPLE, label, file), join(cwd, 'images', label, file))
    }
  }
  expect(await runLab(['data', 'add', 'toy', 'images', '--quiet'], cwd)).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await runLab(['stop'], cwd)
  await until(async () => (await status()).runner === null)
  rmSync(cwd, { recursive: true, force: true })
})

async function status() {
  return JSON.parse((await runLab(['status', '--json'], cwd)).stdout)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return
    await wait(100)
  }
  expect.fail('waited too long')
}

/** The program as a process that can be signalled; resolves with its exit code and what it printed. */
function start(args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => {
    stdout += data
  })
  child.stderr.on('data', data => {
    stderr += data
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.on('close', code => resolve({ code, stdout, stderr })),
  )
  return { child, ended, printed: () => stdout }
}

describe('run --detach', () => {
  it('returns at once; status, attach, pause and resume see the study; it finishes by itself', async () => {
    const begun = await runLab([...STUDY, '--epochs', '6', '--detach', '--json', '--quiet'], cwd)
    expect(begun.code).toBe(0) // a leaking split is said on stderr
    expect(JSON.parse(begun.stdout)).toMatchObject({ study: 'quick', runs: 8, runner: { alive: true } })
    await until(async () => (await status()).running.length === 1)
    expect(await status()).toMatchObject({ runner: { alive: true }, study: 'quick', total: 8, paused: false })

    expect(await runLab(['pause'], cwd)).toMatchObject({ code: 0, stdout: 'asked to pause study quick\n' })
    await until(async () => (await status()).runner === null)
    const paused = await status()
    expect(paused).toMatchObject({ paused: true, running: [] })
    expect(paused.done).toBeLessThan(8)
    expect(await runLab(['resume'], cwd)).toMatchObject({ code: 0, stdout: 'going on with study quick\n' })
    const watched = await runLab(['attach', 'quick', '--json'], cwd)
    expect(watched.code).toBe(0)
    const events = watched.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events[0]).toMatchObject({ event: 'study', study: 'quick', runs: 8 })
    expect(events.at(-1)).toEqual({ event: 'study-done', study: 'quick', done: 8, failed: 0 })
  })
})

describe('in the foreground', () => {
  it('Ctrl+C stops the study, exits 130, and the same command goes on', async () => {
    const args = [...STUDY, '--epochs', '8', '--json']
    const first = start(args)
    await until(async () => first.printed().includes('"event":"epoch"'))
    first.child.kill('SIGINT')
    const { code, stderr } = await first.ended
    expect(code).toBe(130)
    expect(stderr).toContain('stopping at the next safe point')
    expect(stderr).toMatch(/stopped: \d of 8 runs are done and kept/)
    expect(await status()).toMatchObject({ running: [] })
    const again = await runLab(args, cwd)
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('{"event":"study-done","study":"quick","done":8,"failed":0}')
  })

  it('losing the command loses nothing: killed, its study goes on', async () => {
    const first = start([...STUDY, '--epochs', '6', '--json'])
    await until(async () => first.printed().includes('"event":"epoch"'))
    first.child.kill('SIGKILL')
    await first.ended
    expect((await status()).runner).toMatchObject({ alive: true })
    await until(async () => (await status()).done === 8)
  })

  it('a runner that is killed is replaced', async () => {
    const first = start([...STUDY, '--epochs', '6', '--json'])
    await until(async () => first.printed().includes('"event":"epoch"'))
    process.kill((await status()).runner.pid, 'SIGKILL')
    const { code, stdout } = await first.ended
    expect(code).toBe(0)
    expect(stdout).toContain('{"event":"study-done","study":"quick","done":8,"failed":0}')
  })

  it('attach leaves without stopping it', async () => {
    await runLab([...STUDY, '--epochs', '20', '--detach'], cwd)
    const watching = start(['attach', '--json'])
    await until(async () => watching.printed().includes('"event":"epoch"'))
    watching.child.kill('SIGINT')
    expect(await watching.ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('left study quick, which goes on'),
    })
    expect((await status()).runner).toMatchObject({ alive: true })
  })
})

it('nothing to steer: pause, stop and attach say so and exit 2', async () => {
  for (const command of ['pause', 'stop', 'attach', 'resume']) {
    expect(await runLab([command], cwd)).toMatchObject({ code: 2, stderr: expect.stringMatching(/no study is in work/) })
  }
  expect(await runLab(['retry', '1'], cwd)).toMatchObject({ code: 2, stderr: expect.stringMatching(/no run 1/) })
  expect(await runLab(['retry'], cwd)).toMatchObject({ code: 0, stdout: 'no run has failed\n' })
})
