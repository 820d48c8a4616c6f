/** How busy a GPU is, asked of a program that stands in for the driver's: a real process, found by PATH. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createGpuLoad, parseGpuLoads } from '../../src/cli/gpuLoad.ts'

const GPU = { name: 'NVIDIA H200', busy: 0.87, used: 3000 * 2 ** 20, total: 143_771 * 2 ** 20 }

it('reads what the driver tells of each GPU, in bytes, and nothing of what it does not tell', () => {
  const csv = 'NVIDIA H200, 87, 3000, 143771\nNVIDIA GB10, 5, [N/A], [Not Supported]\n\nNo devices were found\n'
  expect(parseGpuLoads(csv)).toEqual([GPU, { name: 'NVIDIA GB10', busy: 0.05, used: null, total: null }])
})

/** A folder with an executable `nvidia-smi`, which notes the id and words of each of its calls. */
function driver(script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-gpu-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'nvidia-smi')
  writeFileSync(program, `#!/bin/sh\necho "$$ $@" >> '${folder}/calls'\n${script}\n`)
  chmodSync(program, 0o755)
  const calls = (): string[] => {
    try {
      return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
    } catch {
      return []
    }
  }
  return { env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }, calls }
}

it('gives the newest answer without waiting, and asks again only after its period', async () => {
  const { env, calls } = driver("echo 'NVIDIA H200, 87, 3000, 143771'")
  let time = 0
  const look = createGpuLoad({ env, period: 1000, now: () => time })
  expect(look()).toEqual([])
  await expect.poll(look).toEqual([GPU])
  look()
  expect(calls()).toEqual([
    expect.stringMatching(/^\d+ --query-gpu=name,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits$/),
  ])
  time = 1001
  look()
  await expect.poll(() => calls().length).toBe(2)
})

it('knows of no GPU where the driver fails, and asks again; where there is none it is not asked again', async () => {
  const { env, calls } = driver("echo 'NVIDIA-SMI has failed' && exit 9")
  const look = createGpuLoad({ env, period: 0 })
  look()
  await expect
    .poll(() => {
      look()
      return calls().length
    })
    .toBeGreaterThan(1)
  expect(look()).toEqual([])

  const nowhere = createGpuLoad({ env: { PATH: join(tmpdir(), 'mri-lab-no-such-folder') }, period: 0 })
  expect(nowhere()).toEqual([])
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(nowhere()).toEqual([])
})

it('leaves no process behind when the lab is left', async () => {
  const { env, calls } = driver('exec sleep 600')
  const closing = new AbortController()
  const look = createGpuLoad({ env, signal: closing.signal, period: 0 })
  look()
  await expect.poll(() => calls().length).toBe(1)
  const [id = ''] = calls()[0]!.split(' ')
  const isThere = (): boolean => {
    try {
      return process.kill(Number(id), 0)
    } catch {
      return false
    }
  }
  expect(isThere()).toBe(true)
  closing.abort()
  await expect.poll(isThere).toBe(false)
  expect(look()).toEqual([])
})
