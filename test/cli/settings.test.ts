import { describe, expect, it } from 'vitest'
import { type Places, resolveSettings } from '../../src/cli/settings.ts'

const nowhere: Places = { flags: {}, env: {}, file: null, cwd: '/lab' }
const from = (places: Partial<Places>) => resolveSettings({ ...nowhere, ...places })

describe('settings', () => {
  it('have their defaults', () => {
    expect(from({})).toEqual({
      database: '/lab/lab.db',
      engine: 'auto',
      threads: null,
      workers: null,
      json: false,
      quiet: false,
      verbose: false,
      yes: false,
      color: true,
      generators: {},
      prices: {},
      keys: {},
      theme: 'terminal',
      pictures: 'auto',
      notify: 'off',
    })
  })

  it('come from the nearest: flag, environment, file', () => {
    const file = JSON.stringify({ db: 'file.db', engine: 'reference', threads: 3, workers: 4, quiet: true, color: false })
    const env = { MRI_LAB_DB: 'env.db', MRI_LAB_ENGINE: 'onnx-cpu', MRI_LAB_THREADS: '2' }
    expect(from({ file })).toMatchObject({
      database: '/lab/file.db',
      engine: 'reference',
      threads: 3,
      workers: 4,
      quiet: true,
    })
    expect(from({ file }).color).toBe(false)
    expect(from({ file, env })).toMatchObject({ database: '/lab/env.db', engine: 'onnx-cpu', threads: 2, workers: 4 })
    const flags = { db: '/flag.db', engine: 'auto', threads: '1', workers: '8' }
    expect(from({ file, env, flags })).toMatchObject({ database: '/flag.db', engine: 'auto', threads: 1, workers: 8 })
  })

  it('treat an empty variable as none', () => {
    expect(from({ env: { MRI_LAB_DB: '', MRI_LAB_THREADS: '', NO_COLOR: '' } })).toEqual(from({}))
  })

  it('have no colour where a place says so, and NO_COLOR wins over the file', () => {
    expect(from({ env: { NO_COLOR: '1' }, file: '{"color": true}' }).color).toBe(false)
    expect(from({ flags: { color: false } }).color).toBe(false)
  })

  it.each([
    [{ flags: { threads: 'x' } }, "--threads: 'x' is no whole number"],
    [{ flags: { workers: '-1' } }, "--workers: '-1'"],
    [{ flags: { db: '' } }, '--db: '],
    [{ env: { MRI_LAB_THREADS: '1.5' } }, "MRI_LAB_THREADS: '1.5'"],
    [{ env: { MRI_LAB_ENGINE: 'cpu' } }, "MRI_LAB_ENGINE: no engine 'cpu'"],
    [{ file: '{' }, 'mri-lab.config.json: not JSON'],
    [{ file: '[]' }, 'mri-lab.config.json: the whole: '],
    [{ file: '{"thread": 2}' }, "mri-lab.config.json: unknown field 'thread'; there are db, engine, threads"],
    [{ file: '{"threads": 0}' }, 'mri-lab.config.json: threads: '],
    [{ file: '{"notify": "mail"}' }, 'mri-lab.config.json: notify: '],
    [{ file: '{"pictures": "jpeg"}' }, 'mri-lab.config.json: pictures: '],
    [{ file: '{"engine": "cpu"}' }, "mri-lab.config.json: engine: no engine 'cpu'"],
  ])('%j are refused by the name of their place', (places, line) => {
    expect(() => from(places)).toThrow(expect.objectContaining({ kind: 'usage', message: expect.stringContaining(line) }))
  })
})
