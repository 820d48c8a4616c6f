import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { acquireRunnerLock, runnerHolder } from '../../src/store/index.ts'
import { started } from './children/start.ts'
import { labError, temporaryFolder, temporaryStore } from './laboratory.ts'

const lab = () => join(temporaryFolder(), 'lab.db')

it('is held by one, told to all, and given back once', () => {
  const path = lab()
  const lock = acquireRunnerLock(path)
  expect(lock).not.toBeNull()
  expect(acquireRunnerLock(path)).toBeNull()
  expect(runnerHolder(path)).toEqual({ pid: process.pid })
  lock?.release()
  expect(runnerHolder(path)).toBeNull()
  const next = acquireRunnerLock(path)
  lock?.release()
  expect(runnerHolder(path)).toEqual({ pid: process.pid })
  next?.release()
})

it('looks without leaving a file', () => {
  const path = lab()
  expect(runnerHolder(path)).toBeNull()
  expect(fs.readdirSync(dirname(path))).toEqual([])
})

it('stays held while this process looks, reads the pid, and uses the store beside it', () => {
  const path = lab()
  const lock = acquireRunnerLock(path)
  temporaryStore(path).close()
  for (let i = 0; i < 3; i++) expect(runnerHolder(path)).toEqual({ pid: process.pid })
  expect(acquireRunnerLock(path)).toBeNull()
  lock?.release()
})

it('keeps its files to their owner', () => {
  const path = lab()
  const lock = acquireRunnerLock(path)
  const modes = fs.readdirSync(dirname(path)).map(name => [name, fs.statSync(join(dirname(path), name)).mode & 0o777])
  expect(modes).toEqual([
    ['lab.db.runner', 0o600],
    ['lab.db.runner.pid', 0o600],
  ])
  lock?.release()
})

it('cannot go stale: a killed holder is followed at once', async () => {
  const path = lab()
  const holder = await started('holder.ts', path)
  expect(acquireRunnerLock(path)).toBeNull()
  expect(runnerHolder(path)).toEqual({ pid: holder.pid })
  await holder.kill()
  const killed = performance.now()
  expect(runnerHolder(path)).toBeNull()
  const lock = acquireRunnerLock(path)
  expect(lock).not.toBeNull()
  expect(performance.now() - killed).toBeLessThan(100)
  expect(runnerHolder(path)).toEqual({ pid: process.pid })
  lock?.release()
})

it("does not show a dead runner's pid as the holder's", async () => {
  const path = lab()
  const holder = await started('holder.ts', path)
  const left = fs.readFileSync(`${path}.runner.pid`, 'utf8')
  await holder.kill()
  const lock = acquireRunnerLock(path)
  fs.writeFileSync(`${path}.runner.pid`, left)
  expect(runnerHolder(path)).toEqual({ pid: null })
  lock?.release()
})

it('says so when its file is something else, or cannot be made', () => {
  const path = lab()
  fs.writeFileSync(`${path}.runner`, 'not a database at all')
  expect(() => acquireRunnerLock(path)).toThrow(labError('data', `${path}.runner`))
  expect(() => runnerHolder(path)).toThrow(labError('data', `${path}.runner`))
  const inFile = join(`${path}.runner`, 'lab.db')
  expect(() => acquireRunnerLock(inFile)).toThrow(labError('failed', inFile))
})
