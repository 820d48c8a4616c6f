import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { trainerEnvironment } from '../../src/runner/trainerEnvironment.ts'
import { startTrainer } from '../../src/runner/trainerProcess.ts'

it('asks glibc for huge pages on Linux, unless the user chose', () => {
  expect(trainerEnvironment({ HOME: '/home/a' }, 'linux')).toEqual({
    HOME: '/home/a',
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
  })
  expect(trainerEnvironment({ HOME: '/home/a' }, 'darwin')).toEqual({ HOME: '/home/a' })
  for (const own of ['', 'glibc.malloc.hugetlb=0']) {
    expect(trainerEnvironment({ GLIBC_TUNABLES: own }, 'linux')).toEqual({ GLIBC_TUNABLES: own })
  }
})

it.runIf(process.platform === 'linux')('is what a trainer starts with', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  const nothing = { pixels: '', images: [], bank: [], sizes: [], pretrained: [], workers: 0 }
  const engine = { engine: 'onnx-cpu', threads: 1, device: 'test' } as const
  const setup = { database: '/nowhere/lab.db', ...nothing, engine }
  const trainer = startTrainer(setup, { onMessage: () => {}, onExit: resolve })
  const pid = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'trainer'], { encoding: 'utf8' }).trim()
  const wanted = process.env.GLIBC_TUNABLES ?? 'glibc.malloc.hugetlb=1'
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')).toContain(`GLIBC_TUNABLES=${wanted}`)
  trainer.kill()
  await ended
})
