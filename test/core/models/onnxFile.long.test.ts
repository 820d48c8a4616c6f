/**
 * Exported files as PyTorch, torchvision, timm, onnx and onnxruntime read them in Python: fixtures/models/check_exports.py. `MRI_LAB_PYTHON` names a Python with
 * these; without it there is nothing to compare with.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { modelNamed, onnxFile, startingWeights, writeCheckpoint } from '../../../src/core/models/index.ts'

const python = process.env.MRI_LAB_PYTHON
const script = fileURLToPath(new URL('../../../fixtures/models/check_exports.py', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-exports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const classes = ['NonDemented', 'MildDemented', 'ModerateDemented']
const models = {
  cnn: modelNamed('cnn', 128, 3),
  'resnet18-narrow': modelNamed('resnet18', 96, 3, { configuration: { width: 8 } }),
  resnet18: modelNamed('resnet18', 256, 3),
  'vit-narrow': modelNamed('vit', 64, 3, { configuration: { depth: 2, width: 48, heads: 4, patch: 8 } }),
  vit: modelNamed('vit', 256, 3),
}

describe.skipIf(python === undefined)('exported models in Python', () => {
  it('load with strict=True, pass onnx.checker, and give the logits of torchvision and timm', { timeout: 600_000 }, () => {
    for (const [name, model] of Object.entries(models)) {
      const { weights, counters } = startingWeights(model, 1, 0)
      writeFileSync(join(folder, `${name}.safetensors`), writeCheckpoint(model, weights, classes, counters))
      writeFileSync(join(folder, `${name}.onnx`), onnxFile(model, weights, classes, { version: '0' }))
    }
    const lines = execFileSync(python ?? '', [script, folder], { encoding: 'utf8' })
      .trim()
      .split('\n')
    for (const line of lines) console.log(line)
    const fine = lines.map(line => JSON.parse(line)).filter(each => each.fine === true)
    expect(fine.map(each => each.name).sort()).toEqual(Object.keys(models).sort())
  })
})
