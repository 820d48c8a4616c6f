/**
 * What `"fineTune": "head"` saves: a run of a few epochs with all weights trained, with the head alone, and once more with the features that the run
 * before left behind. Full size, random weights, made-up images.
 *
 *     node bench/head.ts [--model resnet18] [--size 256] [--batch 8] [--images 64] [--epochs 5] [--threads 2]
 */
import { parseArgs } from 'node:util'
import { createEngine } from '../src/core/engine/index.ts'
import { initialWeights, modelNamed, writeCheckpoint } from '../src/core/models/index.ts'
import { FeatureCache } from '../src/core/training/headOnly.ts'
import { Programs, type TrainingTask } from '../src/core/training/index.ts'
import { trainRun } from '../src/core/training/run.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet18' },
    size: { type: 'string', default: '256' },
    batch: { type: 'string', default: '8' },
    images: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
})
const { model } = values
const [size, batch, images, epochs, threads] = [values.size, values.batch, values.images, values.epochs, values.threads].map(
  Number,
) as [number, number, number, number, number]
const file = writeCheckpoint(modelNamed(model, size, 4), initialWeights(modelNamed(model, size, 4), 1, 0), [
  'a',
  'b',
  'c',
  'd',
])
const all = Array.from({ length: images + images / 4 }, (_, place) => ({ id: String(place), place, label: place % 4 }))
const layout = model === 'vit' ? 'timm' : 'torchvision'
const task: TrainingTask = {
  model,
  size,
  classes: ['a', 'b', 'c', 'd'],
  train: all.slice(0, images),
  validation: all.slice(images),
  policy: 'none',
  seed: 1,
  index: 0,
  batch,
  learningRate: 1e-4,
  epochs,
  patience: epochs,
  pretrained: { name: 'random', sha256: '', layout, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
}
const bytes = Uint8Array.from({ length: all.length * size * size }, (_, i) => (i * 7919) % 256)
const engine = await createEngine({ engine: 'onnx-cpu', threads, device: 'this' })
const features = new FeatureCache()
const programs = new Programs(engine)
const clock = () => performance.now()

async function seconds(fineTune: 'all' | 'head', index: number): Promise<number> {
  const around = { programs, features, images: { bytes, size }, clock, onEpoch: () => {}, stopped: () => false }
  return (await trainRun({ ...task, fineTune, index }, { ...around, pretrained: () => file })).seconds
}

const [whole, head, again] = [await seconds('all', 0), await seconds('head', 0), await seconds('head', 1)]
console.log(`${model} at ${size}x${size}, batch ${batch}, ${images} training images, ${epochs} epochs, ${threads} threads`)
console.log('| trained | seconds a run | times as fast |\n| --- | --- | --- |')
for (const [what, time] of [
  ['all weights', whole],
  ['the head alone', head],
  ['the head alone, features kept', again],
] as const)
  console.log(`| ${what} | ${time.toFixed(2)} | ${(whole / time).toFixed(1)} |`)
await programs.release()
await engine.release()
