/** Whole runs of narrow ResNets and ViTs: short batches, warm-up, weights to start from, the head alone. */
import { describe, expect, it, test } from 'vitest'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import {
  initialWeights,
  modelNamed,
  type PretrainedFile,
  readCheckpoint,
  savedTensors,
  writeCheckpoint,
} from '../../../src/core/models/index.ts'
import { FeatureCache } from '../../../src/core/training/headOnly.ts'
import { Programs } from '../../../src/core/training/programs.ts'
import { type RunSurroundings, trainRun } from '../../../src/core/training/run.ts'
import { learningRateAt, modelOfTask, type TrainingTask } from '../../../src/core/training/task.ts'

const SIZE = 64
const images = { size: SIZE, bytes: Uint8Array.from({ length: 26 * SIZE * SIZE }, (_, i) => (i * i * 7919) % 256) }
const all = Array.from({ length: 26 }, (_, place) => ({ id: `image-${place}`, place, label: place % 2 }))
const resnet: TrainingTask = {
  model: 'resnet18',
  configuration: { width: 4 },
  size: SIZE,
  classes: ['NonDemented', 'MildDemented'],
  train: all.slice(0, 20),
  validation: all.slice(20),
  policy: 'none',
  seed: 1,
  index: 0,
  batch: 8,
  learningRate: 1e-3,
  epochs: 3,
  patience: 3,
}
const vit: TrainingTask = { ...resnet, model: 'vit', configuration: { depth: 2, width: 32, heads: 2 } }

const engine = onnxCpuEngine({ threads: 1, device: 'test' })

function train(task: TrainingTask, around: Partial<RunSurroundings> = {}) {
  const quiet = { images, clock: () => 0, onEpoch: () => {}, stopped: () => false }
  return trainRun(task, { programs: new Programs(engine), ...quiet, ...around })
}

/** The real engine, counting the runs of programs by the definition's name. */
function counting(): { engine: Engine; runs: Map<string, number> } {
  const runs = new Map<string, number>()
  const counted: Engine = {
    ...engine,
    async compile(definition) {
      const program = await engine.compile(definition)
      const run = program.run.bind(program)
      program.run = (state, inputs) => {
        runs.set(definition.name, (runs.get(definition.name) ?? 0) + 1)
        return run(state, inputs)
      }
      return program
    },
  }
  return { engine: counted, runs }
}

describe('a ResNet, whose batch norm mixes the rows of a batch', () => {
  it('trains short batches as they are, and counts all batches until the best epoch', async () => {
    const counted = counting()
    const trained = await train(resnet, { programs: new Programs(counted.engine) })
    const step = (batch: number) => counted.runs.get(`resnet18 training step, batch ${batch}, 64x64`)
    expect([step(8), step(4)]).toEqual([6, 3]) // 20 images are 8, 8 and 4, three times
    const { counters, weights } = readCheckpoint(trained.checkpoint, 'run')
    expect(new Set(Object.values(counters))).toEqual(new Set([BigInt(3 * trained.bestEpoch)]))
    expect(Object.keys(counters)).toHaveLength(20)
    expect(weights['bn1.running_mean']!.some(value => value !== 0)).toBe(true)
  })

  it('cannot be trained in parts of a batch', async () => {
    await expect(train({ ...resnet, microBatch: 4 })).rejects.toThrow(/batch norm/)
  })
})

test('a warm-up rises linearly over its epochs and then stays', () => {
  const rates = [1, 2, 3, 4, 50].map(t => learningRateAt(t, { ...vit, learningRate: 0.3, warmupEpochs: 1 }))
  expect(rates).toEqual([0.3 * (1 / 3), 0.3 * (2 / 3), 0.3, 0.3, 0.3]) // 20 images are three steps
  expect(learningRateAt(1, { ...vit, learningRate: 0.3 })).toBe(0.3)
})

test('a run with a warm-up is another from its first step on', async () => {
  const [with1, without] = [await train({ ...vit, warmupEpochs: 1, epochs: 1 }), await train({ ...vit, epochs: 1 })]
  expect(with1.history[0]!.validationLoss).not.toBe(without.history[0]!.validationLoss)
})

/** A file of weights of the task's model with other classes. */
function fileOf(task: TrainingTask, seed: number): { file: PretrainedFile; bytes: Uint8Array } {
  const model = modelNamed(task.model, SIZE, 5, { configuration: task.configuration })
  const layout = task.model === 'vit' ? 'timm' : 'torchvision'
  const bytes = writeCheckpoint(model, initialWeights(model, seed, 0), ['a', 'b', 'c', 'd', 'e'])
  return { file: { name: 'f', sha256: `sha ${seed}`, layout, mean: [0.4, 0.5, 0.6], std: [0.1, 0.2, 0.3] }, bytes }
}

describe.each([resnet, vit])('$model from pre-trained weights', task => {
  const { file, bytes } = fileOf(task, 77)
  const stored = readCheckpoint(bytes, 'f').weights
  const given = { ...task, pretrained: file, epochs: 1 }

  it("starts from them, and saves the file's own normalising", async () => {
    const asked: string[] = []
    const pretrained = (sha256: string) => {
      asked.push(sha256)
      return bytes
    }
    const trained = await train({ ...given, learningRate: 1e-9 }, { pretrained })
    expect(asked).toEqual([file.sha256])
    const checkpoint = readCheckpoint(trained.checkpoint, 'run')
    expect(checkpoint.preprocessing).toEqual({ mean: [0.4, 0.5, 0.6], std: [0.1, 0.2, 0.3] })
    const model = modelOfTask(given)
    const scratch = initialWeights(model, task.seed, task.index)
    for (const { name } of model.parameters) {
      const from = model.head.includes(name) ? scratch[name]! : stored[name]!
      const moved = Math.max(...checkpoint.weights[name]!.map((value, i) => Math.abs(value - from[i]!)))
      expect(moved, name).toBeLessThan(1e-6)
    }
  })

  it('with the head alone: changes nothing else, looks at each image once, and runs of one file share that', async () => {
    const counted = counting()
    const around = { programs: new Programs(counted.engine), features: new FeatureCache(), pretrained: () => bytes }
    const first = await train({ ...given, fineTune: 'head', epochs: 3 }, around)
    const features = `${task.model} features, batch 8, 64x64`
    expect(counted.runs.get(features)).toBe(4) // 26 images
    const checkpoint = readCheckpoint(first.checkpoint, 'run')
    const model = modelOfTask(given)
    for (const { name } of savedTensors(model))
      if (!model.head.includes(name)) expect(checkpoint.weights[name], name).toEqual(stored[name])
    const [weight] = model.head
    expect(checkpoint.weights[weight!]).not.toEqual(initialWeights(model, task.seed, task.index)[weight!])
    expect(new Set(Object.values(checkpoint.counters))).toEqual(new Set(task.model === 'vit' ? [] : [0n]))

    const second = await train({ ...given, fineTune: 'head', epochs: 3, index: 1 }, around)
    expect(counted.runs.get(features)).toBe(4)
    expect(second.validationLogits).not.toEqual(first.validationLogits)
    const again = await train({ ...given, fineTune: 'head', epochs: 3 }, { pretrained: () => bytes })
    expect(again.validationLogits).toEqual(first.validationLogits)
  })

  it('with the head alone under a policy: training images are looked at anew in every epoch', async () => {
    const counted = counting()
    const around = { programs: new Programs(counted.engine), pretrained: () => bytes }
    await train({ ...given, fineTune: 'head', epochs: 2, policy: 'flip' }, around)
    expect(counted.runs.get(`${task.model} features, batch 8, 64x64`)).toBe(1 + 2 * 3) // validation once, training twice
  })
})

test('the head is trained by Adam on the features of the frozen network, in evaluation mode', async () => {
  const { file, bytes } = fileOf(resnet, 77)
  const task: TrainingTask = { ...resnet, pretrained: file, fineTune: 'head', train: all.slice(0, 6), epochs: 1 }
  const trained = await train(task, { pretrained: () => bytes })
  const model = modelOfTask(task)
  const program = await new Programs(engine).features(model, 6)
  const before = { ...readCheckpoint(trained.checkpoint, 'x').weights, ...initialWeights(model, 1, 0, model.head) }
  const state = engine.createState(
    Object.fromEntries(savedTensors(model).map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    before,
  )
  const pixels = Float32Array.from(images.bytes.subarray(0, 6 * SIZE * SIZE))
  const { features } = await program.run(state, { pixels })
  // Softmax regression in doubles: d loss / d weight[c] = mean over images of (p_c - [label = c]) * features.
  const [weight, bias] = [before['fc.weight']!, before['fc.bias']!]
  const width = model.width
  const gradient = new Float64Array(2 * width)
  for (let i = 0; i < 6; i++) {
    const row = features!.subarray(i * width, (i + 1) * width)
    const logits = [0, 1].map(c =>
      Array.from(row as Float32Array).reduce((sum, value, k) => sum + value * weight[c * width + k]!, bias[c]!),
    )
    const p1 = 1 / (1 + Math.exp(logits[0]! - logits[1]!))
    for (const [c, p] of [1 - p1, p1].entries())
      for (let k = 0; k < width; k++) gradient[c * width + k]! += ((p - Number(all[i]!.label === c)) * row[k]!) / 6
  }
  const after = readCheckpoint(trained.checkpoint, 'x').weights['fc.weight']!
  for (const [k, value] of after.entries()) {
    const step = (task.learningRate * gradient[k]!) / (Math.abs(gradient[k]!) + 1e-8) // Adam's first
    expect(Math.abs(value - (weight[k]! - step))).toBeLessThan(2e-5)
  }
})
