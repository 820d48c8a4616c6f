/** A study of all three models, narrow, end to end: real database, trainer process, worker threads, the sample's images. */
import { describe, expect, it } from 'vitest'
import { initialWeights, modelNamed, readCheckpoint, savedTensors, writeCheckpoint } from '../../src/core/models/index.ts'
import { parseSpec } from '../../src/core/study/index.ts'
import { foreseeMemory } from '../../src/runner/foresee.ts'
import { prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import type { Store } from '../../src/store/index.ts'
import { studyTable } from '../../src/ui/queries/tables.ts'
import { sample, sampleLab } from './sampleLab.ts'

let drawn: Record<string, Float32Array> | undefined

const spec = (overrides: object = {}) =>
  parseSpec(
    {
      name: 'three',
      dataset: 'sample',
      models: ['cnn', 'resnet18', 'vit'],
      policies: ['none', 'flip'],
      scenarios: [{ name: '10/0', real: 0.1 }],
      runs: 1,
      epochs: 1,
      batch: 16,
      size: { cnn: 16, resnet18: 40, vit: 32 },
      configuration: { resnet18: { width: 2 }, vit: { depth: 1, width: 8, heads: 2 } },
      ...overrides,
    },
    'test',
  )
const engine = { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' } as const
const options = { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 }

describe('a study of three narrow models', () => {
  it('trains without failures, keeps what each was built of, and marks what starts from scratch', async () => {
    const store = sampleLab()
    const asked = spec()
    prepareStudy(store, asked, engine)
    expect(await foreseeMemory(asked, [sample.dataset], 'onnx-cpu', 4e9)).not.toBeNull()
    await serve(store, options)
    expect(store.studies.get('three')).toMatchObject({ done: 6, failed: 0 })
    for (const run of store.runs.list()) {
      const { model: name } = run.cell
      const checkpoint = readCheckpoint(store.files.read(run.result!.weights), 'run')
      expect(checkpoint.configuration).toMatchObject(asked.configuration[name as 'vit'] ?? {})
      expect(Number.isFinite(run.result!.validationLoss)).toBe(true)
      const { settings } = store.provenance.of(run.id) as { settings: object }
      expect(settings).toMatchObject({ warmupEpochs: name === 'vit' ? 1 : 0, fineTune: 'all' })
    }
    const marks = studyTable(store, 'three', 'loss')!.rows.map(row => [row.model, row.cells[0]!.marks] as const)
    const marksOf = Object.fromEntries(marks)
    expect(marksOf.cnn).not.toContain('from scratch')
    expect(marksOf.resnet18).toEqual(expect.arrayContaining(['from scratch', 'another configuration: width 2']))
    expect(marksOf.vit).toContain('from scratch')
    expect(store.studies.get('three')!.spec).toMatchObject({ weights: { resnet18: 'scratch', vit: 'scratch' } })
  })
})

/** Full-size ResNet-18 of 5 classes, installed under a name. */
function install(store: Store, name: string): string {
  const model = modelNamed('resnet18', 64, 5)
  drawn ??= initialWeights(model, 1, 0)
  const weights = { ...drawn, 'bn1.bias': new Float32Array(64).fill(name.length) } // other content for another name
  const sha256 = store.files.write(writeCheckpoint(model, weights, ['a', 'b', 'c', 'd', 'e']))
  const mean = [0.1, 0.2, 0.3] as const
  store.weights.add({
    name,
    model: 'resnet18',
    layout: 'torchvision',
    sha256,
    size: 1,
    mean,
    std: mean,
    source: { path: 'x' },
  })
  return sha256
}

describe('pre-trained weights', () => {
  const resnet = (overrides: object = {}) =>
    spec({ models: ['resnet18'], policies: ['none'], configuration: undefined, fineTune: 'head', ...overrides })

  it('are those added last, fixed when the study starts, and part of what decides its runs', async () => {
    const store = sampleLab()
    const scratch = prepareStudy(store, resnet({ name: 'before' }), engine)
    expect(scratch.pretrained).toEqual({})
    install(store, 'older')
    const newer = install(store, 'newer')
    const study = prepareStudy(store, resnet(), engine)
    expect(study.pretrained.resnet18).toMatchObject({ name: 'newer', sha256: newer, mean: [0.1, 0.2, 0.3] })
    expect(study.runs).not.toEqual(scratch.runs)
    install(store, 'newest')
    expect(prepareStudy(store, resnet(), engine)).toMatchObject({ runs: study.runs, pretrained: study.pretrained })
    expect(prepareStudy(store, resnet({ name: 'before' }), engine).runs).toEqual(scratch.runs)
    expect(() => prepareStudy(store, resnet({ weights: { resnet18: 'older' } }), engine)).toThrow(
      /another value of 'weights'/,
    )
    const older = prepareStudy(store, resnet({ name: 'older', weights: { resnet18: 'older' } }), engine)
    expect(older.pretrained.resnet18!.name).toBe('older')
    const none = prepareStudy(store, resnet({ name: 'none', weights: { resnet18: 'scratch' } }), engine)
    expect(none.runs).toEqual(scratch.runs)
    expect(parseSpec(store.studies.get('three')!.spec, 'x').weights).toEqual({ resnet18: 'newer' })
  })

  it('must be there, and of a model at full size', () => {
    const store = sampleLab()
    install(store, 'mine')
    const named = { weights: { resnet18: 'yours' } }
    expect(() => prepareStudy(store, resnet(named), engine)).toThrow(/none of resnet18 called 'yours'.*weights list/)
    const narrow = { weights: { resnet18: 'mine' }, configuration: { resnet18: { width: 2 } } }
    expect(() => prepareStudy(store, resnet(narrow), engine)).toThrow(/'mine' are of resnet18 at full size/)
    expect(prepareStudy(store, resnet({ configuration: { resnet18: { width: 2 } } }), engine).pretrained).toEqual({})
  })

  it('reach the workers of a trainer, which train their head', async () => {
    const store = sampleLab()
    const sha256 = install(store, 'mine')
    prepareStudy(store, resnet(), engine)
    await serve(store, options)
    const [run] = store.runs.list()
    expect(run!.status).toBe('done')
    const trained = readCheckpoint(store.files.read(run!.result!.weights), 'run')
    const given = readCheckpoint(store.files.read(sha256), 'file')
    const model = modelNamed('resnet18', 40, 4)
    for (const { name } of savedTensors(model)) {
      const same = Buffer.from(trained.weights[name]!.buffer).equals(Buffer.from(given.weights[name]!.buffer))
      expect(same, name).toBe(!model.head.includes(name))
    }
    expect(trained.preprocessing).toEqual({ mean: [0.1, 0.2, 0.3], std: [0.1, 0.2, 0.3] })
    expect(studyTable(store, 'three', 'loss')!.rows[0]!.cells[0]!.marks).toContain('the head alone is trained')
    expect(store.provenance.of(run!.id)).toMatchObject({
      settings: { pretrained: { name: 'mine', sha256 }, fineTune: 'head' },
    })
  })
})
