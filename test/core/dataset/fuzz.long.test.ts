import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = fileURLToPath(new URL('./children/mutants.ts', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mri-lab-fuzz-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** In a process of its own: a crash, a hang or too much memory is its end, and fails the test. */
test.each([
  ['images', 1, 6000],
  ['images', 2, 6000],
  ['parquet', 1, 1000],
  ['parquet', 2, 1000],
])('%s, seed %i: each of %i damaged files is read or refused by a typed error', async (kind, seed, count) => {
  const run = promisify(execFile)(process.execPath, [script, kind, String(seed), String(count), folder], {
    timeout: 1_200_000,
    killSignal: 'SIGKILL',
  })
  const { whole, refused, others, slowest, megabytes } = JSON.parse((await run).stdout)
  console.log(
    `${kind} ${seed}: ${whole} read, ${refused} refused, slowest ${slowest.toFixed(0)} ms, ${megabytes.toFixed(0)} MB`,
  )
  expect(others).toEqual([])
  expect(whole + refused).toBe(count)
  expect(refused).toBeGreaterThan(count / 4)
  expect(slowest).toBeLessThan(30_000)
  expect(megabytes).toBeLessThan(1500)
})
