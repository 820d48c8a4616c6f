/** The database by the program itself: checked, copied, damaged, put back; and runs that are forgotten. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acquireRunnerLock, openStore } from '../../src/store/index.ts'
import { runLab } from './program.ts'

const SAMPLE = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const SPEC = {
  ...{ name: 'small', dataset: 'heads', models: ['cnn'], policies: ['none'], scenarios: [{ name: '100/0', real: 1 }] },
  ...{ runs: 2, epochs: 1, batch: 64, size: 8 },
}
let cwd = ''

const lab = (...args: string[]) => runLab([...args, '--quiet'], cwd)
async function json(...args: string[]) {
  const { code, stdout, stderr } = await lab(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** A run that a runner was at when it was killed. Returns its number. */
function leaveRunning(study: string): number {
  const store = openStore(join(cwd, 'lab.db'), { now: () => new Date(), mode: 'write' })
  try {
    const cell = { model: 'cnn', policy: 'none', scenario: '100/0' }
    const [id] = store.runs.queue(study, [{ key: 'another', cell, index: 9, seed: 1 }])
    store.studies.grow(study, [id!])
    store.runs.markRunning(id!, 'onnx-cpu')
    return id!
  } finally {
    store.close()
  }
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-upkeep-'))
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  expect(await lab('data', 'add', 'heads', SAMPLE)).toMatchObject({ code: 0 })
  expect(await lab('run', 'spec.json', '--workers', '1', '--threads', '1')).toMatchObject({ code: 0 })
}, 120_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

it.each(['pause', 'stop', 'resume'])('%s of a study that is finished has nothing to do, and says so', async command => {
  expect(await lab(command, 'small')).toEqual({
    code: 2,
    stdout: '',
    stderr: `mri-lab: study small is finished: there is nothing to ${command}\n`,
  })
})

it.each([
  ['1', 'pause is of a whole study: run 1 is part of \'mri-lab pause "small"\''],
  ['9', "no study named 9; 'mri-lab studies' shows what there is"],
])('pause %s, which is no study, says whose run it is', async (named, words) => {
  expect(await lab('pause', named)).toEqual({ code: 2, stdout: '', stderr: `mri-lab: ${words}\n` })
})

it('an export that cannot be written whole writes nothing', async () => {
  const before = readdirSync(cwd)
  const ended = await lab('export', '--study', 'small', '--csv', '.')
  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('it is a folder; name a file') })
  expect(readdirSync(cwd)).toEqual(before)
})

describe.sequential('db', () => {
  it('check finds a whole database whole; backup copies it once', async () => {
    expect(await json('db', 'check')).toMatchObject({ ok: true, problems: [], runs: 2, files: 3 })
    expect(await json('db', 'backup', 'copy.db')).toMatchObject({ files: 3, backup: join(cwd, 'copy.db') })
    expect(await lab('db', 'backup', 'copy.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('exists') })
    expect(await json('runs', '--db', 'copy.db')).toEqual(await json('runs'))
  })

  it('runs delete asks, forgets a run with its weights, and says who lost it; the study trains it again', async () => {
    const [first, second] = await json('runs')
    const asked = await lab('runs', 'delete', '2')
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('Forget run 2 (cnn, none, 100/0, number 1, done), which study small loses?')
    expect(await json('runs')).toEqual([first, second])
    expect(await json('runs', 'delete', '2', '--yes')).toEqual({ deleted: 2, studies: ['small'], weights: second.weights })
    expect(await json('runs')).toEqual([first])
    expect(existsSync(join(cwd, 'lab.db.files', second.weights))).toBe(false)
    expect(await lab('runs', 'delete', '2', '--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run 2') })
    expect((await json('db', 'check')).problems).toEqual([])
    expect(await lab('run', 'spec.json', '--workers', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 of them now'),
    })
    const again = (await json('runs')).at(-1)
    expect(again).toMatchObject({
      key: second.key,
      index: 1,
      weights: second.weights,
      validationLoss: second.validationLoss,
    })
  })

  it('check exits 3 and names what is wrong; restore asks, then puts the copy back', async () => {
    const raw = new Database(join(cwd, 'lab.db'))
    raw.exec('UPDATE epochs SET validation_loss = 0.5 WHERE run = 1')
    raw.close()
    const damaged = await lab('db', 'check', '--json')
    expect(damaged.code).toBe(3)
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/^run 1: its loss/), expect.anything()],
    })
    expect(damaged.stderr).toContain('db restore')
    const asked = await lab('db', 'restore', 'copy.db')
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('in its place')
    expect(await json('db', 'restore', 'copy.db', '--yes')).toMatchObject({ replaced: true, files: 3 })
    expect(await json('db', 'check')).toMatchObject({ ok: true, runs: 2 })
    expect(await json('db', 'restore', 'copy.db', '--db', 'new.db')).toMatchObject({ replaced: false })
    expect(await json('runs', '--db', 'new.db')).toEqual(await json('runs'))
    expect(readdirSync(cwd).filter(name => name.includes('.tmp') || /[0-9a-f]{8}-/.test(name))).toEqual([])
  })

  it.each([
    [['db', 'check', '--db', 'none.db'], 2, /there is no database/],
    [['db', 'backup', 'x.db', '--db', 'none.db'], 2, /there is no database/],
    [['db', 'restore', 'none.db'], 2, /there is no file none.db/],
    [['db', 'restore', 'spec.json', '--yes'], 3, /not a database; name a file that 'mri-lab db backup' wrote/],
  ] as const)('%j exits %i', async (args, code, line) => {
    const ended = await lab(...args)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(line)
    expect(existsSync(join(cwd, 'none.db'))).toBe(false)
    expect(await json('db', 'check')).toMatchObject({ ok: true })
  })
})

describe.sequential('studies remove', () => {
  it('asks with what goes, keeps runs that another study uses, and frees the dataset', async () => {
    writeFileSync(join(cwd, 'more.json'), JSON.stringify({ ...SPEC, name: 'more of it', runs: 3 }))
    expect(await lab('run', 'more.json', '--workers', '1')).toMatchObject({ code: 0 })
    const refused = await lab('data', 'remove', 'heads')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain("the studies small, more of it and stays; 'mri-lab studies remove NAME'")
    const before = await json('runs')
    const own = before.find((run: { study: string }) => run.study === 'more of it')
    const asked = await lab('studies', 'remove', 'more of it')
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toMatch(
      /Forget study more of it with 1 finished run \(2 more are of other studies too, and stay\)\?/,
    )
    expect(await json('runs')).toEqual(before)
    expect(await json('studies', 'remove', 'small', '--yes')).toEqual({ removed: 'small', runs: [], weights: [] })
    expect((await json('runs')).map((run: { study: string }) => run.study)).toEqual(before.map(() => 'more of it'))
    expect(existsSync(join(cwd, 'lab.db.files', own.weights))).toBe(true)
    const waiting = leaveRunning('more of it')
    const lock = acquireRunnerLock(join(cwd, 'lab.db'))!
    for (const args of [
      ['studies', 'remove', 'more of it'],
      ['runs', 'delete', String(waiting)],
    ]) {
      const busy = await lab(...args, '--yes')
      expect(busy).toMatchObject({ code: 2, stdout: '' })
      expect(busy.stderr).toContain("in work: 'mri-lab stop' ends that first")
    }
    lock.release()
    expect(await json('runs', 'delete', String(waiting), '--yes')).toMatchObject({ deleted: waiting, weights: null })
    const left = leaveRunning('more of it')
    const removed = await json('studies', 'remove', 'more of it', '--yes')
    expect(removed.runs).toEqual([...before.map((run: { id: number }) => run.id), left])
    expect([await json('studies'), await json('runs')]).toEqual([[], []])
    for (const { weights } of before) expect(existsSync(join(cwd, 'lab.db.files', weights))).toBe(false)
    expect(await json('data', 'remove', 'heads')).toEqual({ removed: 'heads' })
    expect(await json('db', 'check')).toMatchObject({ ok: true, runs: 0, files: 0 })
  }, 120_000)

  it.each([
    [['studies', 'remove', 'none', '--yes'], /^mri-lab: no study named none;/],
    [['studies', 'remove', 'none', '--yes', '--db', 'none.db'], /^mri-lab: no study named none;/],
    [['studies', 'remove'], /^mri-lab: missing required argument 'NAME'/],
    [['studies', 'what'], /^mri-lab: /],
  ] as const)('%j exits 2', async (args, line) => {
    const ended = await lab(...args)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(line)
    expect(existsSync(join(cwd, 'none.db'))).toBe(false)
  })
})
