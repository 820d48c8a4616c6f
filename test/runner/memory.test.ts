/** Memory: foreseen before a study starts, and run out of all the same. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseSpec } from '../../src/core/study/index.ts'
import { availableMemory } from '../../src/runner/availableMemory.ts'
import { foreseeMemory } from '../../src/runner/foresee.ts'
import { createControl, prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { sample, sampleLab } from './sampleLab.ts'

const spec = (overrides: object = {}) =>
  parseSpec(
    {
      name: 'small',
      dataset: 'sample',
      models: ['cnn'],
      policies: ['none'],
      scenarios: [{ name: '100/0', real: 1 }],
      runs: 2,
      epochs: 1,
      size: 256,
      batch: 64,
      ...overrides,
    },
    'test',
  )
const engine = { engine: 'onnx-cpu', threads: 1, workers: 2, lowering: 'test' } as const
const foresee = (gigabytes: number, overrides: object = {}) =>
  foreseeMemory(spec(overrides), [sample.dataset], 'onnx-cpu', gigabytes * 1e9)

/** The number that the error's advice names for a flag. */
function advised(message: string, flag: string): number {
  return Number(new RegExp(`${flag} cnn=(\\d+)`).exec(message)?.[1])
}

describe('a study that needs more memory than there is', () => {
  it('is refused with a batch, and a micro-batch, that are then accepted', async () => {
    const refused = await foresee(3.2).catch(thrown => thrown)
    expect(refused).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/cnn at 256x256 with batch 64 needs about .* GB/),
    })
    const [batch, microBatch] = ['--batch', '--micro-batch'].map(flag => advised(refused.message, flag))
    expect(batch).toBeGreaterThanOrEqual(1)
    await foresee(3.2, { batch })
    await foresee(3.2, { microBatch })
    await expect(foresee(3.2, { batch: batch! * 2 })).rejects.toThrow(/needs about/)
  })

  it('is refused without such advice where no batch fits', async () => {
    await expect(foresee(0.5)).rejects.toThrow(/give a smaller --size/)
  })

  it('is not counted with batches greater than its training set', async () => {
    expect(await foresee(50, { batch: 60_000 })).toEqual(await foresee(50, { batch: 1000 }))
  })

  it('takes as many workers as fit', async () => {
    const workers = async (gigabytes: number) => (await foresee(gigabytes, { batch: 8 }))!.workers
    expect(await workers(3)).toBe(1)
    expect(await workers(1000)).toBeGreaterThan(100)
  })

  it('is refused before anything is stored or started', async () => {
    const store = sampleLab()
    const settings = { database: store.path, workers: null, cores: 2, device: 'test', version: '0' }
    const control = createControl(store, engine, settings, () => 1e9)
    await expect(control.start(spec())).rejects.toThrow(/--batch cnn=|--size/)
    expect(store.studies.list()).toEqual([])
    expect(store.runs.list()).toEqual([])
  })

  it('is stopped by the runner, which says why, where memory went meanwhile', async () => {
    const store = sampleLab()
    prepareStudy(store, spec(), engine)
    const options = { workers: null, cores: 2, device: 'test', version: '0', silence: 60_000 }
    await serve(store, { ...options, availableMemory: () => 2.6e9 })
    expect(store.studies.get('small')).toMatchObject({
      state: 'stopped',
      queued: 2,
      error: expect.stringContaining('--batch cnn='),
    })
  })
})

it('memory that runs out all the same fails the runs with a batch that fits, and the next study trains', async () => {
  const store = sampleLab()
  prepareStudy(store, spec({ size: 512, runs: 1 }), { ...engine, workers: 1 })
  prepareStudy(store, spec({ name: 'smaller', size: 16, runs: 1 }), { ...engine, workers: 1 })
  const entry = fileURLToPath(new URL('../../src/runner/main.ts', import.meta.url))
  const options = { database: store.path, workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 }
  // The kernel refuses the runner and its trainers more than so many kilobytes of their own data. One tensor of this step is greater than
  // that, so its allocation fails while there is plenty left for the process to go on with.
  const limited = spawn(
    'sh',
    ['-c', 'ulimit -d 1700000 && exec "$0" "$@"', process.execPath, entry, JSON.stringify(options)],
    {
      stdio: ['ignore', 'ignore', 'ignore'],
    },
  )
  expect(await new Promise(resolve => limited.once('exit', resolve))).toBe(0)
  const [failed, done] = ['small', 'smaller'].map(study => store.runs.list({ study })[0]!)
  expect(failed).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/^memory ran out at .* GB: cnn at 512x512 with batch 64/),
  })
  expect(advised(failed!.error!, '--batch')).toBeLessThan(64)
  expect(done!.status).toBe('done')
})

describe('memory that is available', () => {
  const files = (texts: Record<string, string>) => availableMemory(path => texts[path] ?? null)
  const machine = { '/proc/meminfo': 'MemTotal: 9 kB\nMemAvailable:    4000000 kB\n' }

  it('is what the machine has, where nothing limits it', () => {
    expect(files(machine)).toBe(4_000_000 * 1024)
    const free = {
      '/proc/self/cgroup': '0::/a\n',
      '/sys/fs/cgroup/a/memory.max': 'max\n',
      '/sys/fs/cgroup/a/memory.current': '5',
    }
    expect(files({ ...machine, ...free })).toBe(4_000_000 * 1024)
  })

  it('is what a control group, or one above it, leaves, cached files not counted', () => {
    const group = {
      ...machine,
      '/proc/self/cgroup': '0::/job/step\n',
      '/sys/fs/cgroup/job/step/memory.max': '3000000000\n',
      '/sys/fs/cgroup/job/step/memory.current': '1000000000\n',
      '/sys/fs/cgroup/job/memory.max': '2000000000\n',
      '/sys/fs/cgroup/job/memory.current': '1200000000\n',
      '/sys/fs/cgroup/job/memory.stat': 'anon 1\ninactive_file 300000000\n',
    }
    expect(files(group)).toBe(1_100_000_000)
  })

  it('reads the first version of control groups too', () => {
    const group = {
      ...machine,
      '/proc/self/cgroup': '5:cpuset:/\n4:memory:/job\n',
      '/sys/fs/cgroup/memory/job/memory.limit_in_bytes': '1000\n',
      '/sys/fs/cgroup/memory/job/memory.usage_in_bytes': '600\n',
      '/sys/fs/cgroup/memory/job/memory.stat': 'total_inactive_file 50\n',
    }
    expect(files(group)).toBe(450)
  })

  it('is some on this machine', () => {
    expect(availableMemory()).toBeGreaterThan(1e6)
  })
})
