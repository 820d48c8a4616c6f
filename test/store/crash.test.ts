import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { started } from './children/start.ts'
import { clock, storeWithStudy } from './laboratory.ts'

it('keeps every finished run when the writer is killed in the middle, and queues the torn one again', async () => {
  const first = storeWithStudy()
  const { path } = first
  const pixels = first.files.write(Buffer.from('pixels'))
  first.close()
  const raw = new Database(path)
  raw.prepare('UPDATE datasets SET pixels = ?').run(pixels)
  raw.close()

  for (let life = 1; life <= 5; life++) {
    const writer = await started('writer.ts', path)
    await new Promise(resolve => setTimeout(resolve, 30 + 37 * life))
    await writer.kill()

    const store = openStore(path, { now: clock(), mode: 'write' })
    expect(store.check({ verify: true })).toEqual([])
    const runs = store.runs.list({ study: 'first' })
    expect(runs.slice(0, -1).every(run => run.status === 'done')).toBe(true)
    for (const run of runs) {
      const epochs = store.epochs.of(run.id)
      expect(epochs.map(epoch => epoch.epoch)).toEqual(epochs.map((_, index) => index + 1))
      if (run.status !== 'done') continue
      expect(epochs.length).toBe(20)
      expect(store.provenance.of(run.id)).toEqual({ index: run.index })
      expect(store.training.of(run.id)?.NonDemented?.images).toEqual([`image ${run.index}`])
    }
    expect(runs.filter(run => run.status === 'done').length).toBeGreaterThan(0)

    for (const id of store.runs.requeueRunning()) expect(store.epochs.of(id)).toEqual([])
    expect(store.runs.list({ status: 'running' })).toEqual([])
    // The next life begins with its run 0.
    for (const run of runs) store.runs.delete(run.id)
    store.close()
  }
})
