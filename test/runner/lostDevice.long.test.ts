/**
 * A GPU that is lost while a study trains: its trainer ends, another takes the run up from its beginning, and the numbers are those of a study that
 * nothing happened to. Over SwiftShader (Debian packages chromium, libvulkan1, gcc); about a minute, shaders compiled anew by each trainer.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImportedDataset, importDataset } from '../../src/core/dataset/index.ts'
import { loweringOf, probeEngine } from '../../src/core/engine/index.ts'
import { parseSpec } from '../../src/core/study/index.ts'
import { prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { openStore } from '../../src/store/index.ts'
import { losingDriver, swiftShader } from '../core/engine/softwareGpu.ts'

const folder = mkdtempSync(join(tmpdir(), 'mri-lab-lost-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const manifest = swiftShader()
if (manifest !== null) process.env.VK_ICD_FILENAMES = manifest
const reason =
  manifest === null
    ? 'there is no SwiftShader'
    : (probeEngine('onnx-webgpu').reason ?? (losing('try', 0, 0) === null ? 'there is no C compiler' : null))
if (reason !== null) console.log(`SKIPPED  a GPU lost in a study (Debian packages chromium, libvulkan1, gcc): ${reason}`)

function losing(name: string, at: number, times: number): Record<string, string> | null {
  const own = join(folder, name)
  mkdirSync(own)
  return losingDriver(own, manifest!, at, times)
}

const sample = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
let imported: ImportedDataset
beforeAll(async () => {
  imported = await importDataset({ name: 'sample', paths: [sample], seed: 1 })
})

/** One run on WebGPU, its trainers in an environment where the device is lost so many times. */
async function train(name: string, losses: number) {
  const store = openStore(join(folder, `${name}.db`), { now: () => new Date(0), mode: 'write' })
  Object.assign(process.env, losing(name, 40, losses)) // the trainers inherit it
  try {
    store.files.write(imported.pixels)
    store.datasets.add(imported.dataset)
    const spec = parseSpec(
      {
        name,
        dataset: 'sample',
        models: ['cnn'],
        policies: ['none'],
        scenarios: [{ name: '20/0', real: 0.2 }],
        runs: 1,
        epochs: 1,
        size: 8,
        batch: 4,
        seed: 1,
      },
      'test',
    )
    prepareStudy(store, spec, { engine: 'onnx-webgpu', threads: 1, workers: 1, lowering: loweringOf('onnx-webgpu') })
    await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 120_000 })
    const [run] = store.runs.list({ study: name })
    return {
      run: run!,
      epochs: store.epochs.of(run!.id).map(({ trainLoss, validationLoss }) => ({ trainLoss, validationLoss })),
    }
  } finally {
    process.env.VK_ICD_FILENAMES = manifest!
    store.close()
  }
}

describe.skipIf(reason !== null)('a GPU lost in a study', () => {
  it('once: the run is taken up again, with the same numbers', async () => {
    const whole = await train('whole', 0)
    expect(whole.run).toMatchObject({ status: 'done' })
    const disturbed = await train('disturbed', 1)
    expect(disturbed.run).toMatchObject({ status: 'done' })
    expect(disturbed.epochs).toEqual(whole.epochs)
  })
  it('twice during one run: the run is failed and says how', async () => {
    const { run } = await train('hopeless', 2)
    expect(run).toMatchObject({ status: 'failed' })
    expect(run.error).toMatch(/^its trainer died 2 times \(the GPU was lost in 'cnn training step.*--engine onnx-cpu\)$/)
  })
})
