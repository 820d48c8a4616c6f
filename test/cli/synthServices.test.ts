import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { imageServer } from '../core/synthesis/service/imageServer.ts'
import { type Ended, runLab, workingFolder } from './program.ts'

const KEY = 'sk-secret-0123456789abcdef'
const ASKED = ['--dataset', 'sample', '--generator', 'openai-edit', '--classes', 'ModerateDemented', '--fraction', '1']

/** A folder whose config makes small images, a server, and the program with its address and a key; keeps all that the program says. */
async function lab() {
  const cwd = workingFolder()
  const server = await imageServer()
  onTestFinished(() => server.close())
  const config = { generators: { 'openai-edit': { size: '64x64' } } }
  writeFileSync(join(cwd, 'mri-lab.config.json'), JSON.stringify(config))
  const said: string[] = []
  const run = async (...args: string[]): Promise<Ended> => {
    const ended = await runLab([...args, '--verbose'], cwd, { OPENAI_BASE_URL: server.address, OPENAI_API_KEY: KEY })
    said.push(ended.stdout, ended.stderr)
    return ended
  }
  return { cwd, server, run, said }
}

it('plans, asks for consent and for money, makes, and never tells the key', async () => {
  const { cwd, server, run, said } = await lab()
  expect(await run('synth', 'run', ...ASKED, '--yes')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('synth consent --dataset sample --generator openai-edit'),
  })
  const consent = ['synth', 'consent', '--dataset', 'sample', '--generator', 'openai-edit']
  const unanswered = await run(...consent)
  expect(unanswered).toMatchObject({ code: 2, stdout: '' })
  for (const part of [server.host, 'PNG without metadata', 'the name of its class', '--yes'])
    expect(unanswered.stderr).toContain(part)
  expect(server.seen.length).toBe(0)
  expect(await run(...consent, '--yes')).toMatchObject({ code: 0 })

  const plan = JSON.parse((await run('synth', 'plan', ...ASKED, '--json')).stdout).generators[0]
  const images = plan.missing
  expect(plan).toMatchObject({ requests: images, service: { host: server.host, consent: true, spent: 0 } })
  expect(plan.price).toBeGreaterThan(0)
  expect(plan.seconds).toBeGreaterThan(0)
  expect(server.seen.length).toBe(0)

  expect(await run('synth', 'run', ...ASKED)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  server.faults.push({ status: 401, code: 'invalid_api_key', message: `Incorrect API key provided: ${KEY}` })
  expect(await run('synth', 'run', ...ASKED, '--yes')).toMatchObject({ code: 4 })
  const made = await run('synth', 'run', ...ASKED, '--yes', '--json')
  expect(made.code).toBe(0)
  const bank = JSON.parse((await run('synth', 'list', '--json')).stdout)
  expect(bank.length).toBe(images)
  const asked = server.seen.length
  expect(await run('synth', 'run', ...ASKED, '--yes')).toMatchObject({ code: 0 })
  expect(server.seen.length).toBe(asked)
  expect(await run(...consent, '--withdraw')).toMatchObject({ code: 0 })
  expect(await run('synth', 'run', ...ASKED, '--fraction', '2', '--yes')).toMatchObject({ code: 2 })

  expect(await run('doctor', '--bundle', 'support.json')).toMatchObject({ code: 0 })
  // What Node writes of a crash holds the environment, unless it is told not to.
  const dump = "data:text/javascript,process.on('exit',()=>process.report.writeReport('crash.json'))"
  const crashed = { OPENAI_BASE_URL: server.address, OPENAI_API_KEY: KEY, NODE_OPTIONS: `--import=${dump}` }
  expect(await runLab(['synth', 'list'], cwd, crashed)).toMatchObject({ code: 0 })
  expect(JSON.parse(readFileSync(join(cwd, 'crash.json'), 'utf8')).header.commandLine.join(' ')).toContain('synth list')

  const files = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  const written = files.map(one => readFileSync(join(one.parentPath, one.name), 'latin1'))
  for (const text of [...said, ...written]) expect(text).not.toContain(KEY)
}, 120_000)

it('stops at the budget, and goes on from there with more', async () => {
  const { server, run } = await lab()
  await run('synth', 'consent', '--dataset', 'sample', '--generator', 'openai-edit', '--yes')
  const poor = await run('synth', 'run', ...ASKED, '--yes', '--budget', '0.05')
  expect(poor).toMatchObject({ code: 1, stderr: expect.stringContaining('--budget') })
  const some = server.seen.length
  expect(some).toBeGreaterThan(0)
  expect(some).toBeLessThanOrEqual(3)
  expect(await run('synth', 'run', ...ASKED, '--yes')).toMatchObject({ code: 0 })
  const bank = JSON.parse((await run('synth', 'list', '--json')).stdout)
  expect(server.seen.length).toBe(bank.length)
}, 120_000)

it('without a key: exit 4, nothing asked; a generator that sends nothing needs no consent', async () => {
  const { cwd, server, run } = await lab()
  await run('synth', 'consent', '--dataset', 'sample', '--generator', 'openai-edit', '--yes')
  const keyless = await runLab(['synth', 'run', ...ASKED, '--yes'], cwd, {
    OPENAI_BASE_URL: server.address,
    OPENAI_API_KEY: '',
  })
  expect(keyless).toMatchObject({ code: 4, stderr: expect.stringContaining('OPENAI_API_KEY') })
  expect(server.seen.length).toBe(0)
  expect(await run('synth', 'consent', '--dataset', 'sample', '--generator', 'morph', '--yes')).toMatchObject({ code: 2 })
}, 120_000)
