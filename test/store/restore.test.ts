/** Backups put in a database's place, and what the lab promises of its rows. */
import * as fs from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { acquireRunnerLock, openStore, restoreFrom, type Store } from '../../src/store/index.ts'
import { clock, dataset, epoch, finished, labError, queued, result, temporaryFolder, temporaryStore } from './laboratory.ts'

/** A store with a done run, whose rows are what they promise, and every file it names. */
function wholeStore(path?: string): Store {
  const store = temporaryStore(path)
  const pixels = store.files.write(Buffer.alloc(36, 7))
  store.datasets.add(dataset('sample', { pixels }))
  store.studies.add({ name: 'first', dataset: 'sample', spec: {} })
  const [id] = queued(store, 'a', 'b')
  finish(store, id!, 'weights')
  return store
}

function finish(store: Store, id: number, weights: string): void {
  store.runs.markRunning(id, 'reference')
  const losses = { validationLoss: 0.3, finalValidationLoss: 0.3 }
  const epochs = [epoch(1), epoch(2, { validationLoss: 0.3 })]
  store.runs.finish(
    id,
    finished({ result: result({ weights: store.files.write(Buffer.from(weights)), ...losses }), epochs }),
  )
}

function reopened(path: string): Store {
  return openStore(path, { now: clock(), mode: 'read' })!
}

describe('a restored backup', () => {
  it('is what was backed up, in place of what came after it', () => {
    const store = wholeStore()
    const backup = join(temporaryFolder(), 'monday.db')
    expect(store.backup(backup)).toBe(2)
    finish(store, 2, 'more weights')
    store.close()
    const heard: string[] = []
    expect(restoreFrom(backup, store.path, (done, total) => heard.push(`${done}/${total}`))).toEqual({ files: 2 })
    expect(heard).toEqual(['1/2', '2/2'])
    const now = reopened(store.path)
    expect(now.runs.list().map(run => run.status)).toEqual(['done', 'queued'])
    expect([now.check({ verify: true }), now.inconsistencies()]).toEqual([[], []])
    now.close()
    expect(fs.statSync(store.path).mode & 0o777).toBe(0o600)
  })

  it('makes a database where there is none, and mends a content file', () => {
    const store = wholeStore()
    const folder = temporaryFolder()
    const backup = join(folder, 'monday.db')
    store.backup(backup)
    const [file] = store.referencedFiles()
    const target = join(folder, 'deep', 'lab.db')
    restoreFrom(backup, target)
    fs.writeFileSync(join(`${target}.files`, file!), Buffer.alloc(fs.statSync(join(`${target}.files`, file!)).size, 1))
    restoreFrom(backup, target)
    const copy = reopened(target)
    expect(copy.check({ verify: true })).toEqual([])
    expect(copy.runs.list()).toEqual(store.runs.list())
    copy.close()
    expect(fs.readdirSync(join(folder, 'deep')).sort()).toEqual(['lab.db', 'lab.db.files', 'lab.db.runner'])
  })

  it('takes the place of a database that is damaged, whose log counts for nothing', () => {
    const store = wholeStore()
    const backup = join(temporaryFolder(), 'monday.db')
    store.backup(backup)
    store.close()
    fs.writeFileSync(store.path, 'this is no database at all, but a long enough line of text to be looked at')
    fs.writeFileSync(`${store.path}-wal`, 'nor is this a log')
    restoreFrom(backup, store.path)
    const now = reopened(store.path)
    expect(now.check({ verify: true })).toEqual([])
    now.close()
  })

  it.each<[string, (backup: string, store: Store) => void, object]>([
    [
      'lacks a file',
      (backup, store) => fs.rmSync(join(`${backup}.files`, store.referencedFiles()[0]!)),
      labError('data', 'is damaged'),
    ],
    ['is no database', backup => fs.writeFileSync(backup, 'x'.repeat(5000)), labError('data', 'not a database')],
    ['is not there', backup => fs.rmSync(backup), labError('usage', 'no file')],
    [
      "is another program's",
      backup => {
        fs.rmSync(backup)
        new Database(backup).exec('CREATE TABLE other (x)').close()
      },
      labError('data', 'another program'),
    ],
  ])('that %s changes nothing', (_, spoil, error) => {
    const store = wholeStore()
    const folder = temporaryFolder()
    const backup = join(folder, 'monday.db')
    store.backup(backup)
    const other = wholeStore(join(folder, 'lab.db'))
    finish(other, 2, 'more weights')
    spoil(backup, store)
    other.close()
    const before = fs.readFileSync(other.path)
    expect(() => restoreFrom(backup, other.path)).toThrow(error)
    expect(fs.readFileSync(other.path).equals(before)).toBe(true)
    expect(fs.readdirSync(folder).filter(name => /-[0-9a-f]{4}-/.test(name))).toEqual([])
  })

  it('waits for nobody: a runner, or a program that has the database open, keeps it', () => {
    const store = wholeStore()
    const backup = join(temporaryFolder(), 'monday.db')
    store.backup(backup)
    finish(store, 2, 'more weights')
    expect(() => restoreFrom(backup, store.path)).toThrow(labError('failed', 'in use', 'another program'))
    const lock = acquireRunnerLock(store.path)!
    expect(() => restoreFrom(backup, store.path)).toThrow(labError('failed', 'in use', 'a runner'))
    lock.release()
    expect(store.runs.list().map(run => run.status)).toEqual(['done', 'done'])
    expect(() => restoreFrom(store.path, store.path)).toThrow(labError('usage', 'the database itself'))
  })
})

describe('what the lab promises of its rows', () => {
  it.each<[string, string, RegExp]>([
    ['history', 'DELETE FROM epochs WHERE epoch = 1', /^run 1: its history has 1 epochs, its result 2$/],
    ['loss', 'UPDATE results SET validation_loss = 0.2', /^run 1: its loss, 0.2, is not that of its best epoch, 0.3$/],
    ['last loss', 'UPDATE epochs SET validation_loss = 0.1 WHERE epoch = 2', /^run 1: its loss/],
    ['best epoch', 'UPDATE results SET best_epoch = 3', /^run 1: its best epoch is 3 of 2$/],
    ['images', 'DELETE FROM training', /^run 1: the images that it was trained on are missing$/],
    ['provenance', 'DELETE FROM provenance', /^run 1: its provenance is missing$/],
    ['study', 'DELETE FROM study_runs WHERE run = 2', /^run 2 is of no study$/],
    ['pixels', 'UPDATE images SET "offset" = 30 WHERE position = 2', /^dataset sample: the pixels of image .* lie beyond/],
    ['row', `UPDATE runs SET status = 'lost' WHERE id = 2`, /table runs, id 2 is damaged/],
  ])('a broken %s is told', (_, sql, told) => {
    const store = wholeStore()
    expect(store.inconsistencies()).toEqual([])
    const raw = new Database(store.path)
    raw.pragma('ignore_check_constraints = ON')
    raw.exec(sql)
    raw.close()
    expect(store.inconsistencies()[0]).toMatch(told)
  })
})
