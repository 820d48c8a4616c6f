/** Synthetic images through the program itself: planned, made, killed, trained on beside their control, exported, imported, removed. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnvironment, MAIN, runLab } from './program.ts'

let cwd = ''
const SPEC = {
  ...{ name: 'tiny', dataset: 'toy', split: 'random', models: ['cnn'], policies: ['none'], controls: true },
  scenarios: [
    { name: '100/0', real: 1 },
    { name: '100/20', real: 1, synthetic: 0.2, generator: 'morph' },
  ],
  ...{ runs: 2, epochs: 1, batch: 8, size: 16 },
}

/** Images of 16 x 16 pixels in two classes: bright left, bright right, each with a grey of its own. */
async function writeImages(folder: string, count: number): Promise<void> {
  for (const [label, side] of [['Non_Demented', 0] as const, ['Mild_Demented', 1] as const]) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < count; i++) {
      const grey = Buffer.alloc(256, i)
      for (let at = 0; at < 256; at++) if (Number(at % 16 >= 8) === side) grey[at] = 120 + 2 * i
      const png = sharp(grey, { raw: { width: 16, height: 16, channels: 1 } }).png()
      await png.toFile(join(folder, label, `${i}.png`))
    }
  }
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-synth-'))
  await writeImages(join(cwd, 'images'), 40)
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  await json('data', 'add', 'toy', 'images', '--split', 'random')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe.sequential('synth', () => {
  it('a study that lacks images is refused before anything is stored, with the command that makes them', async () => {
    const refused = await runLab(['run', 'spec.json', '--runs', '1', '--workers', '1'], cwd)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain("make them with 'mri-lab synth run --spec spec.json --runs 1'")
    expect(await json('studies')).toEqual([])
  })

  it('plan says how many, and that nothing leaves the machine; it makes none', async () => {
    const plan = await json('synth', 'plan', '--spec', 'spec.json')
    const [morph] = plan.generators
    expect(morph).toMatchObject({
      generator: 'morph',
      present: 0,
      requests: 0,
      price: 0,
      leaves: 'nothing leaves the machine',
    })
    // 24 training images a class: five a run, from 5 where both runs agree to 10 where they share none.
    for (const { missing } of morph.classes) expect(missing).toSatisfy((count: number) => count >= 5 && count <= 10)
    expect(morph.seconds).toBeGreaterThan(0)
    const { stdout } = await runLab(['synth', 'plan', '--spec', 'spec.json'], cwd)
    expect(stdout).toContain('\nnothing leaves the machine')
    expect(await json('synth', 'list')).toEqual([])
  })

  it('run goes on after kill -9, and makes what it would have made', async () => {
    const args = [
      'synth',
      'run',
      '--dataset',
      'toy',
      '--generator',
      'morph',
      '--fraction',
      '100',
      '--classes',
      'MildDemented',
    ]
    const child = spawn(process.execPath, [MAIN, ...args, '--runs', '1'], { cwd, env: cleanEnvironment(), stdio: 'ignore' })
    const ended = new Promise(resolve => child.on('close', resolve))
    let images = 0
    while (images === 0) images = (await json('synth', 'list')).length
    child.kill('SIGKILL')
    await ended
    const kept = await json('synth', 'list')
    expect(kept.length).toBeGreaterThanOrEqual(images)
    expect(kept.length).toBeLessThan(2400)
    const part = ['--fraction', '4', '--classes', 'MildDemented', '--runs', '1']
    await json('synth', 'run', '--dataset', 'toy', '--generator', 'morph', ...part)
    const all = await json('synth', 'list')
    expect(all.slice(0, kept.length)).toEqual(kept)
    const again = await runLab(['--db', 'other.db', 'data', 'add', 'toy', 'images', '--split', 'random'], cwd)
    expect(again.code).toBe(0)
    await json('--db', 'other.db', 'synth', 'run', '--dataset', 'toy', '--generator', 'morph', ...part)
    const whole: { sha256: string }[] = await json('--db', 'other.db', 'synth', 'list')
    expect(whole).toHaveLength(96)
    expect(all.map((one: { sha256: string }) => one.sha256)).toEqual(expect.arrayContaining(whole.map(one => one.sha256)))
    await json('synth', 'remove', '--dataset', 'toy')
    // The dataset's pixels stay, and what was written just before the kill.
    expect(readdirSync(join(cwd, 'lab.db.files')).length).toBeLessThanOrEqual(1 + 32)
  }, 60_000)

  it('the study trains on them: exact counts, their parents in its own sample, its control paired', async () => {
    const { generators } = await json('synth', 'run', '--spec', 'spec.json')
    expect((await json('synth', 'run', '--spec', 'spec.json')).generators).toEqual([
      { generator: 'morph', made: 0, present: generators[0].made },
    ])
    const trained = await runLab(['run', 'spec.json', '--workers', '1', '--quiet'], cwd)
    expect(trained).toMatchObject({ code: 0, stdout: 'study tiny: 6 of 6 runs done, 6 of them now\n' })
    const runs: { id: number; scenario: string; index: number }[] = await json('runs')
    const show = (scenario: string) =>
      json('runs', 'show', String(runs.find(run => run.scenario === scenario && run.index === 1)!.id))
    const [synthetic, control] = [await show('100/20'), await show('100/20 control')]
    const bank: { sha256: string; parents: string[] }[] = await json('synth', 'list')
    for (const [name, held] of Object.entries<{ real: number; synthetic: number; images: string[]; bank: string[] }>(
      synthetic.training,
    )) {
      expect(held).toMatchObject({ real: 24, synthetic: 5 })
      expect(control.training[name].images).toEqual(held.images)
      const sample = new Set(held.images.map(id => id.slice(0, 64)))
      for (const [k, file] of held.bank.entries()) {
        const { parents } = bank.find(image => image.sha256 === file)!
        expect(parents).toHaveLength(2)
        expect(parents.every(parent => sample.has(parent))).toBe(true)
        expect(held.images[24 + k]).toBe(`${parents[0]}-1s1`)
      }
    }
    expect(synthetic.validationLoss).not.toBe(control.validationLoss)
    const continued = await runLab(['run', 'spec.json', '--workers', '1', '--quiet'], cwd)
    expect(continued.stdout).toBe('study tiny: 6 of 6 runs done, 0 of them now\n')
  }, 60_000)

  it('an export comes back whole in another lab, and serves the same runs', async () => {
    const bank: { id: number; created: string }[] = await json('synth', 'list')
    expect(await json('synth', 'export', 'bank', '--dataset', 'toy')).toMatchObject({ images: bank.length })
    expect((await runLab(['synth', 'export', 'bank', '--dataset', 'toy'], cwd)).code).toBe(2)
    const other = ['--db', 'third.db']
    await runLab([...other, 'data', 'add', 'toy', 'images', '--split', 'random'], cwd)
    expect(await json(...other, 'synth', 'import', 'bank', '--dataset', 'toy')).toMatchObject({ added: bank.length })
    expect(await json(...other, 'synth', 'import', 'bank', '--dataset', 'toy')).toMatchObject({
      added: 0,
      known: bank.length,
    })
    const same = (rows: typeof bank) => rows.map(({ id: _, created: __, ...row }) => row)
    expect(same(await json(...other, 'synth', 'list'))).toEqual(same(bank))
    expect(await json(...other, 'synth', 'plan', '--spec', 'spec.json')).toMatchObject({ generators: [{ missing: 0 }] })
    const tableOfParents = ['--parents', 'bank/parents.csv', '--generator-name', 'mine']
    const named = await json(...other, 'synth', 'import', 'bank', '--dataset', 'toy', ...tableOfParents)
    expect(named).toMatchObject({ added: bank.length, withoutParents: 0, withoutTrainedOn: 0, ofOtherImages: 0 })
    await writeImages(join(cwd, 'fewer'), 10)
    await runLab(['--db', 'fourth.db', 'data', 'add', 'few', 'fewer', '--split', 'random'], cwd)
    const foreign = await runLab(['--db', 'fourth.db', 'synth', 'import', 'bank', '--dataset', 'few', '--json'], cwd)
    const { ofOtherImages } = JSON.parse(foreign.stdout)
    expect(ofOtherImages).toBeGreaterThan(0)
    expect(ofOtherImages).toBeLessThanOrEqual(bank.length)
    expect(foreign.stderr).toContain(`${ofOtherImages} images were made from images that few does not have`)
  }, 60_000)

  it('says where the bank holds images of another version of the generator', async () => {
    const other = ['--db', 'third.db']
    expect(await json(...other, 'synth', 'plan', '--spec', 'spec.json')).toMatchObject({ generators: [{ otherVersion: 0 }] })
    const raw = new Database(join(cwd, 'third.db'))
    raw.exec("UPDATE bank_images SET parameters = json_remove(parameters, '$.version')") // as the first version wrote them
    raw.close()
    const all = await runLab([...other, 'synth', 'plan', '--spec', 'spec.json'], cwd)
    expect(all.stdout).toMatch(
      /\nversions: the (\d+) morph images in the bank are of another version of it than it makes now$/m,
    )
    const line = /^versions: the \d+ morph images in the bank are .* than it makes now: the runs hold both$/m
    const grown = [...other, 'run', 'spec.json', '--runs', '3']
    expect((await runLab([...grown, '--plan'], cwd)).stdout).toMatch(line)
    expect((await json(...grown, '--plan')).bank).toMatchObject([{ generator: 'morph', otherVersion: expect.any(Number) }])
    const made = await runLab([...other, 'synth', 'run', '--spec', 'spec.json', '--runs', '3'], cwd)
    expect(made.code).toBe(0)
    expect(made.stderr).toMatch(line)
    const after = await json(...other, 'synth', 'plan', '--spec', 'spec.json', '--runs', '3')
    const [{ present, otherVersion }] = after.generators
    expect([otherVersion > 0, otherVersion < present]).toEqual([true, true])
    const { stdout } = await runLab([...other, 'synth', 'plan', '--spec', 'spec.json', '--runs', '3'], cwd)
    expect(stdout).toContain(`versions: ${otherVersion} of the ${present} morph images in the bank are of another version`)
  })

  it('images without parents are kept and enter no run; a table shows what a generator saw too much of', async () => {
    const lone = await runLab(['synth', 'import', 'images', '--dataset', 'toy', '--generator-name', 'lone', '--quiet'], cwd)
    expect(lone).toMatchObject({
      code: 0,
      stdout: '80 images added\n',
      stderr: expect.stringContaining('80 images have no parents'),
    })
    const spec = { ...SPEC, name: 'lone', scenarios: [{ name: 'l', real: 1, synthetic: 0.1, generator: 'lone' }] }
    writeFileSync(join(cwd, 'lone.json'), JSON.stringify(spec))
    const refused = await runLab(['run', 'lone.json', '--workers', '1'], cwd)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('mri-lab synth import DIR') })

    mkdirSync(join(cwd, 'half'))
    for (let i = 0; i < 48; i++) {
      const grey = { create: { width: 16, height: 16, channels: 3 as const, background: { r: i, g: i, b: i } } }
      await sharp(grey)
        .png()
        .toFile(join(cwd, 'half', `${i}.png`))
    }
    const unsaid = Array.from({ length: 48 }, (_, i) => `${i}.png,train:${i}`)
    writeFileSync(join(cwd, 'unsaid.csv'), ['file,parents', ...unsaid].join('\n'))
    const unknown = ['--generator-name', 'unknown', '--parents', 'unsaid.csv', '--quiet']
    const warned = await runLab(['synth', 'import', 'half', '--dataset', 'toy', ...unknown], cwd)
    expect(warned).toMatchObject({ code: 0, stderr: expect.stringMatching(/48 images.*column trained_on/) })
    const [one] = (await json('synth', 'list')).filter((image: { generator: string }) => image.generator === 'unknown')
    const shown = await runLab(['synth', 'show', String(one.id)], cwd)
    expect(shown.stdout).toContain('nobody said what its generator learned from')

    const rows = Array.from({ length: 48 }, (_, i) => `${i}.png,train:${i},train:0|train:1|train:2`)
    writeFileSync(join(cwd, 'saw.csv'), ['file,parents,trained_on', ...rows].join('\n'))
    const seen = ['--generator-name', 'seer', '--parents', 'saw.csv']
    expect(await json('synth', 'import', 'half', '--dataset', 'toy', ...seen)).toMatchObject({ added: 48 })
    const halves = [{ name: '50/20', real: 0.5, synthetic: 0.2, generator: 'seer' }]
    writeFileSync(
      join(cwd, 'seer.json'),
      JSON.stringify({ ...SPEC, name: 'seer', controls: false, scenarios: halves, runs: 3 }),
    )
    expect((await runLab(['run', 'seer.json', '--workers', '1', '--quiet'], cwd)).code).toBe(0)
    const table = await json('tables', '--study', 'seer')
    expect(table.rows[0].cells[0].marks).toContain('generator learned from more than the sample')
  }, 60_000)

  it('what finished runs were trained on stays, and so does a dataset with synthetic images', async () => {
    const used = await runLab(['synth', 'remove', '--dataset', 'toy', '--generator', 'morph'], cwd)
    expect(used).toMatchObject({ code: 2, stderr: expect.stringContaining('finished runs were trained on them') })
    const other = await runLab(['--db', 'third.db', 'data', 'remove', 'toy'], cwd)
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("'mri-lab synth export DIR --dataset toy'") })
  })

  it.each([
    [['synth', 'run', '--dataset', 'toy'], '--dataset NAME --generator NAME --fraction F'],
    [['synth', 'run', '--dataset', 'toy', '--generator', 'gan', '--fraction', '0.2'], "there is no generator 'gan'"],
    [['synth', 'run', '--dataset', 'none', '--generator', 'morph', '--fraction', '0.2'], 'no dataset'],
    [
      ['synth', 'plan', '--dataset', 'toy', '--generator', 'morph', '--fraction', '0.2', '--classes', 'X'],
      "there is no class 'X'",
    ],
    [['synth', 'plan', '--dataset', 'toy', '--generator', 'morph', '--fraction', 'all'], "--fraction: 'all'"],
    [['synth', 'show', '9999'], 'no bank image 9999'],
    [['synth', 'remove'], 'give the numbers of images'],
    [['synth', 'import', 'images', '--dataset', 'toy'], '--generator-name NAME'],
    [['synth', 'import', 'images', '--dataset', 'toy', '--generator-name', 'morph'], "one of the lab's own"],
    [['synth', 'export', 'x', '--dataset', 'toy', '--generator', 'none'], 'no such images'],
    [['predict', '--run', '1', 'bank:9999'], 'no bank image 9999'],
  ])('%j exits 2 and says why', async (args, line) => {
    expect(await runLab(args, cwd)).toMatchObject({ code: 2, stderr: expect.stringContaining(line) })
  })
})
