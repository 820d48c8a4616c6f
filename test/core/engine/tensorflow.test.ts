import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createEngine } from '../../../src/core/engine/index.ts'
import { findTensorflow, tensorflowAbsence, tensorflowHome } from '../../../src/core/engine/tensorflowPackage.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'mri-lab-data-'))
  vi.stubEnv('XDG_DATA_HOME', data)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(data, { recursive: true, force: true })
})

/** Files of a package where `engine install tensorflow` puts it. */
function installed(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(tensorflowHome(), 'node_modules', '@tensorflow', name)
  for (const [path, text] of Object.entries({ 'package.json': JSON.stringify({ name, version: '4.22.0' }), ...files })) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
const ADDON = { 'lib/napi-v8/tfjs_binding.node': 'no addon' }

it('is found where it is installed: the build for GPUs first, but none that is half there before a whole one', () => {
  expect(findTensorflow()).toBeNull()
  expect(tensorflowAbsence()).toBe("@tensorflow/tfjs-node-gpu is not installed: run 'mri-lab engine install tensorflow'")
  const gpu = installed('tfjs-node-gpu', {})
  expect(findTensorflow()).toEqual({ name: '@tensorflow/tfjs-node-gpu', folder: gpu, gpu: true, complete: false })
  expect(tensorflowAbsence()).toMatch(/tfjs-node-gpu lacks its native half: run 'mri-lab engine install tensorflow'/)
  const plain = installed('tfjs-node', ADDON)
  expect(findTensorflow()).toEqual({ name: '@tensorflow/tfjs-node', folder: plain, gpu: false, complete: true })
  expect(tensorflowAbsence()).toBeNull()
  installed('tfjs-node-gpu', ADDON)
  expect(findTensorflow()).toMatchObject({ folder: gpu, gpu: true, complete: true })
})

it('that is not installed, or does not load, is unavailable and says why', async () => {
  const start = () => createEngine({ engine: 'tensorflow', threads: 1, device: 'test' })
  await expect(start()).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(start()).rejects.toThrow(/^engine tensorflow: .*tfjs-node-gpu is not installed: .*; use --engine onnx-cpu$/)
  installed('tfjs-node-gpu', {
    ...ADDON,
    'index.js': 'throw new Error("libcudart.so.11.0: cannot open shared object file")',
  })
  await expect(start()).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(start()).rejects.toThrow(
    /^engine tensorflow: .*does not load: libcudart\.so\.11\.0: .*; use --engine onnx-cpu$/,
  )
})
