/** The generator that learns, through the program: stopped, killed, gone on with, marked in tables. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnvironment, MAIN, runLab } from './program.ts'

let cwd = ''
const MAKE = ['synth', 'run', '--spec', 'spec.json', '--engine', 'onnx-cpu', '--threads', '1']
const SPEC = {
  ...{ name: 'tiny', dataset: 'toy', split: 'random', models: ['cnn'], policies: ['none'] },
  scenarios: [
    { name: '100/20', real: 1, synthetic: 0.2, generator: 'diffusion' },
    { name: '80/20', real: 0.8, synthetic: 0.2, generator: 'diffusion' },
  ],
  ...{ runs: 1, epochs: 1, batch: 8, size: 16 },
}
const DIFFUSION = { size: 16, patch: 4, channels: 8, multipliers: [1, 2], steps: 120, batch: 2, samplingSteps: 4 }

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-diffusion-'))
  for (const name of ['Non_Demented', 'Mild_Demented']) {
    mkdirSync(join(cwd, 'images', name), { recursive: true })
    for (let i = 0; i < 20; i++) {
      const grey = Buffer.from(Uint8Array.from({ length: 256 }, (_, p) => (p * (i + 2)) % (name.length * 15)))
      await sharp(grey, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(join(cwd, 'images', name, `${i}.png`))
    }
  }
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  writeFileSync(join(cwd, 'mri-lab.config.json'), JSON.stringify({ generators: { diffusion: DIFFUSION } }))
  await json('data', 'add', 'toy', 'images', '--split', 'random')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Starts the making, and ends it by a signal when it says so much. */
async function ended(signal: 'SIGINT' | 'SIGKILL', when: string) {
  const child = spawn(process.execPath, [MAIN, ...MAKE], {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!said.includes(when) && `${said}${text}`.includes(when)) child.kill(signal)
    said += text
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, said }
}

describe.sequential('diffusion by the command line', () => {
  it('says before what it takes, and what it is', async () => {
    const [plan] = (await json('synth', 'plan', '--spec', 'spec.json', '--engine', 'onnx-cpu')).generators
    expect(plan).toMatchObject({
      generator: 'diffusion',
      present: 0,
      missing: 4,
      requests: 0,
      price: 0,
      training: { steps: 120 },
    })
    expect(plan.seconds).toBeGreaterThan(plan.training.seconds)
    expect(plan.leaves).toBe('nothing leaves the machine')
    const generators: { name: string }[] = await json('synth', 'generators')
    expect(generators).toContainEqual(expect.objectContaining({ name: 'diffusion', paid: false, learns: true }))
    const shown = await runLab(['synth', 'plan', '--spec', 'spec.json', '--engine', 'onnx-cpu'], cwd)
    expect(shown.stdout).toContain('are training, 120 steps')
  })

  it('stopped by Ctrl+C and killed, the same command goes on, and makes what it would have made', async () => {
    const stopped = await ended('SIGINT', 'learns the training images first, once: 120 steps')
    expect(stopped.code).toBe(130)
    const [, step] = /stopped: (\d+) of 120 steps of training are taken and kept, 0 of 4 images/.exec(stopped.said) ?? []
    expect(Number(step)).toBeGreaterThan(0)
    const going = `goes on learning at step ${step} of 120`
    expect((await ended('SIGKILL', going)).code).toBeNull()
    expect(await json('synth', 'list')).toEqual([])
    const last = await runLab(MAKE, cwd)
    expect(last.stderr).toContain(going)
    expect(last).toMatchObject({ code: 0, stdout: 'diffusion: 4 images made, 0 were in the bank\n' })
    const made: { sha256: string }[] = await json('synth', 'list')
    await runLab(['--db', 'other.db', 'data', 'add', 'toy', 'images', '--split', 'random'], cwd)
    await json('--db', 'other.db', ...MAKE)
    const whole: { sha256: string }[] = await json('--db', 'other.db', 'synth', 'list')
    expect(made.map(one => one.sha256)).toEqual(whole.map(one => one.sha256))
  }, 60_000)

  it('knows what its images come from; the model is used again', async () => {
    const images: { trainedOn: string[]; parents: string[] }[] = await json('synth', 'list')
    for (const { trainedOn, parents } of images) {
      expect(trainedOn).toHaveLength(24)
      expect(parents).toHaveLength(1)
      expect(trainedOn).toContain(parents[0])
    }
    const more = await runLab([...MAKE, '--runs', '2'], cwd)
    expect(more.code).toBe(0)
    expect(more.stderr).not.toContain('learn')
    const checked = await runLab(['db', 'check'], cwd)
    expect(checked.code).toBe(0)
  }, 30_000)

  it('marks the table of runs whose sample is smaller than what the model learned from, and no other', async () => {
    expect((await runLab(['run', 'spec.json', '--workers', '1', '--quiet'], cwd)).code).toBe(0)
    const { rows } = await json('tables', '--study', 'tiny')
    const marksOf = (scenario: string) =>
      rows.find((row: { scenario: string }) => row.scenario === scenario).cells[0].marks.join()
    const mark = 'generator learned from more than the sample'
    expect(marksOf('80/20')).toContain(mark)
    expect(marksOf('100/20')).not.toContain(mark)
  }, 30_000)

  it('removed with its dataset, it leaves no file', async () => {
    await json('--db', 'other.db', 'synth', 'remove', '--dataset', 'toy')
    await json('--db', 'other.db', 'data', 'remove', 'toy')
    expect(readdirSync(join(cwd, 'other.db.files'))).toEqual([])
  })
})
