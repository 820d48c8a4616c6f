/**
 * Full-size ResNet-18 and ViT-B/16 against torchvision, timm and transformers: random weights of theirs, read from their files, must give their logits to 1e-3 at 256x256.
 *
 *     node bench/parity.ts --python PYTHON [--threads 2]
 *
 * PYTHON has torch, torchvision, timm, transformers and safetensors. Takes some minutes, 3 GB of memory and 1 GB of a temporary folder.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine } from '../src/core/engine/index.ts'
import {
  modelNamed,
  type PretrainedFile,
  pretrainedOptions,
  pretrainedWeights,
  readSafetensors,
} from '../src/core/models/index.ts'
import { LAYOUTS, layoutOfFile, type PretrainedModel, readPretrained } from '../src/core/models/weights/index.ts'
import { prediction, weightSpecs } from '../src/core/training/definitions.ts'

const LIMIT = 1e-3
const FILES: readonly (readonly [PretrainedModel, string, string])[] = [
  ['resnet18', 'resnet18', 'torchvision'],
  ['vit', 'vit-timm', 'timm'],
  ['vit', 'vit-huggingface', 'transformers'],
]

const { values } = parseArgs({ options: { python: { type: 'string' }, threads: { type: 'string', default: '2' } } })
if (values.python === undefined) throw new Error('give --python PYTHON, one with torch, torchvision, timm and transformers')
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-parity-'))
try {
  const peer = fileURLToPath(new URL('peers/torch_models.py', import.meta.url))
  const words = execFileSync(values.python, [peer, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  console.log(words.trim().split('\n').at(-1))
  console.log('| model | file | library | logits | largest | worst difference |\n| --- | --- | --- | --- | --- | --- |')
  const engine = await createEngine({ engine: 'onnx-cpu', threads: Number(values.threads), device: 'this' })
  let worst = 0
  for (const [name, file, library] of FILES) {
    const bytes = readFileSync(join(folder, `${file}.safetensors`))
    const { tensors: golden } = readSafetensors(readFileSync(join(folder, `${file}.golden.safetensors`)), file)
    const [pixels, expected] = ['pixels', 'logits'].map(key => golden.get(key)!.data as Float32Array)
    const layout = layoutOfFile(name, bytes, file)
    const options = pretrainedOptions({ name: file, sha256: '', ...layout } satisfies PretrainedFile)
    const model = modelNamed(name, 256, 1000, options)
    const { weights } = pretrainedWeights(model, bytes, file, { seed: 1, index: 0 })
    const { tensors } = readPretrained(bytes, name, LAYOUTS[name], file) // with its head, which training would replace
    const head = Object.fromEntries(model.head.map(key => [key, tensors.get(key)!.data as Float32Array]))
    const state = engine.createState(weightSpecs(model), { ...weights, ...head })
    const program = await engine.compile(prediction(model, 2))
    const { logits } = await program.run(state, { pixels: pixels! })
    const difference = Math.max(...expected!.map((value, i) => Math.abs(value - logits![i]!)))
    const largest = Math.max(...expected!.map(Math.abs))
    console.log(
      `| ${[name, layout.layout, library, expected!.length, largest.toFixed(2), difference.toExponential(1)].join(' | ')} |`,
    )
    worst = Math.max(worst, difference)
    await program.release()
    state.release()
  }
  await engine.release()
  if (!(worst < LIMIT)) {
    console.error(`the worst difference is not below ${LIMIT}`)
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
