/** Pre-trained weights at another image size, against timm and transformers: fixtures/models/make_positions_golden.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import {
  initialWeights,
  modelNamed,
  type PretrainedFile,
  pretrainedOptions,
  pretrainedWeights,
  type StoredTensor,
  savedTensors,
  writeSafetensors,
} from '../../../src/core/models/index.ts'
import { resizePositions } from '../../../src/core/models/positions.ts'
import { features, weightSpecs } from '../../../src/core/training/definitions.ts'
import { goldenImages, uniform } from './goldenNumbers.ts'

const folder = new URL('../../../fixtures/', import.meta.url)
const golden = JSON.parse(readFileSync(new URL('models/positions.golden.json', folder), 'utf8'))

const farthest = (a: ArrayLike<number>, b: readonly number[]) => Math.max(...b.map((value, i) => Math.abs(value - a[i]!)))

describe.each(['timm', 'huggingface'] as const)('positions as %s resizes them', library => {
  it.each(golden.tables as { from: number; to: number; seed: number; timm: number[]; huggingface: number[] }[])(
    'from $from x $from to $to x $to',
    table => {
      const { from, to, seed } = table
      const { width } = golden
      const positions = Float32Array.from(uniform(seed, (1 + from * from) * width))
      const resized = resizePositions(positions, { from, to, width }, library)
      expect(resized).toHaveLength(table[library].length)
      expect(farthest(resized, table[library])).toBeLessThan(2e-6)
    },
  )
})

const file = (layout: PretrainedFile['layout']): PretrainedFile => ({
  name: 'x',
  sha256: '',
  layout,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
})
const configuration = { width: 6, depth: 2, heads: 3, patch: 8 }
const start = { seed: 1, index: 0 }

test.each([
  ['huggingface', 'weights/vit-hf.safetensors'],
  ['timm', 'weights/vit-hf.golden.safetensors'],
] as const)("a ViT of %s's names, trained at 16x16, sees images of 32x32 as that library does", async (layout, path) => {
  const { size, batch, seed } = golden
  const options = pretrainedOptions(file(layout))
  const model = modelNamed('vit', size, 3, { ...options, configuration: { ...configuration, ...options.configuration } })
  const { weights } = pretrainedWeights(model, readFileSync(new URL(path, folder)), path, start)
  const engine = onnxCpuEngine({ threads: 1, device: 'test' })
  const program = await engine.compile(features(model, batch))
  const found = await program.run(engine.createState(weightSpecs(model), weights), {
    pixels: goldenImages(seed, batch, size),
  })
  expect(farthest(found.features!, golden.features[layout])).toBeLessThan(1e-4)
  await program.release()
})

describe('what a file of another number of classes gives', () => {
  const options = { configuration: { width: 2 } }
  const trained = modelNamed('resnet18', 64, 7, options)
  const values = initialWeights(trained, 9, 9)
  const tensors = new Map<string, StoredTensor>(
    savedTensors(trained).map(({ name, shape }) => [name, { dtype: 'F32', shape, data: values[name]! }]),
  )
  tensors.set('bn1.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(12n) })
  const model = modelNamed('resnet18', 64, 3, options)

  it('all but the head, which starts as from scratch', () => {
    const { weights, counters } = pretrainedWeights(model, writeSafetensors(tensors), 'f', start)
    const scratch = initialWeights(model, start.seed, start.index)
    for (const { name } of savedTensors(model)) {
      expect(weights[name], name).toEqual(model.head.includes(name) ? scratch[name] : values[name])
    }
    expect(weights['fc.weight']).toHaveLength(3 * 16)
    expect(counters['bn1.num_batches_tracked']).toBe(12n)
    expect(counters['layer4.1.bn2.num_batches_tracked']).toBe(0n)
  })

  it('nothing where the network is another', () => {
    const wider = modelNamed('resnet18', 64, 3, { configuration: { width: 4 } })
    expect(() => pretrainedWeights(wider, writeSafetensors(tensors), 'f', start)).toThrow(
      /'conv1\.weight' has shape \[2, 3, 7, 7\], and resnet18 needs \[4, 3, 7, 7\]/,
    )
    const cnn = modelNamed('cnn', 64, 3)
    expect(() => pretrainedWeights(cnn, writeSafetensors(tensors), 'f', start)).toThrow(/starts from no pre-trained weights/)
  })
})
