/** The generator over a tiny network: what it makes, what it learns from, and that stopping it changes nothing. */
import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import type { GreyImage } from '../../../../src/core/dataset/index.ts'
import { sizeOf } from '../../../../src/core/engine/index.ts'
import { onnxCpuEngine } from '../../../../src/core/engine/onnx/cpu.ts'
import { learningSpecs } from '../../../../src/core/synthesis/diffusion/definitions.ts'
import { studioOf } from '../../../../src/core/synthesis/diffusion/model.ts'
import { writeState } from '../../../../src/core/synthesis/diffusion/modelFile.ts'
import {
  type GeneratorContext,
  generatorNamed,
  type KeptModel,
  type Made,
  type ModelShelf,
  type Order,
  type TrainingExample,
} from '../../../../src/core/synthesis/index.ts'

const diffusion = generatorNamed('diffusion')
const engine = onnxCpuEngine({ threads: 1, device: 'test' })
afterAll(() => engine.release())
const TINY = {
  size: 16,
  patch: 2,
  channels: 8,
  multipliers: [1, 2],
  steps: 6,
  batch: 4,
  learningRate: 0.1,
  averaging: 0.5,
  samplingSteps: 6,
}
const CLASSES = ['a', 'b']

/** Stripes, each of its own width and brightness. */
function stripes(side: number, n: number): GreyImage {
  const pixels = Uint8Array.from({ length: side * side }, (_, p) => ((p % side) % (n + 2) === 0 ? 40 + 20 * n : 10))
  return { width: side, height: side, pixels }
}
const hashOf = ({ pixels }: GreyImage): string => createHash('sha256').update(pixels).digest('hex')
const IMAGES = Array.from({ length: 10 }, (_, n) => stripes(16, n))
const READ = new Map(IMAGES.map(image => [hashOf(image), image]))
const TRAINING: TrainingExample[] = IMAGES.slice(0, 8).map((image, n) => ({ sha256: hashOf(image), class: CLASSES[n % 2]! }))

class Shelf implements ModelShelf {
  readonly models = new Map<string, KeptModel>()
  find(key: string): KeptModel | null {
    return this.models.get(key) ?? null
  }
  keep(key: string, model: KeptModel): void {
    this.models.set(key, model)
  }
}

interface Surroundings {
  readonly shelf?: Shelf
  readonly context?: Partial<GeneratorContext>
  readonly settings?: object
  readonly onStep?: (step: number) => void
}

function contextOf({ shelf = new Shelf(), context = {}, settings = {}, onStep }: Surroundings): GeneratorContext {
  return {
    ...{ seed: 1, settings: { ...TINY, ...settings }, image: (sha256: string) => READ.get(sha256)!, training: TRAINING },
    ...{ classes: CLASSES, clock: () => 0, signal: new AbortController().signal },
    learning: {
      ...{ engine: 'onnx-cpu', lowering: 'test', start: async () => engine, models: shelf },
      progress: async step => onStep?.(step),
    },
    ...context,
  }
}

async function make(orders: readonly Order[], given: Surroundings = {}): Promise<Made[]> {
  const all: Made[] = []
  for await (const one of diffusion.make(orders, contextOf(given))) all.push(one)
  return all
}

const order = (n = 0, variation = 1): Order => ({ class: CLASSES[n % 2]!, parents: [hashOf(IMAGES[n]!)], variation })
/** Holds a trained model of the usual settings after the first test. */
const TRAINED = new Shelf()
const pixelsOf = (made: readonly Made[]): Uint8Array[] => made.map(({ image }) => image.pixels)

/** The first model of a shelf. */
const onlyUsual = ({ models }: Shelf) => new Map([...models].slice(0, 1))

describe.sequential('diffusion', () => {
  it('trains once, then makes the same from the same seed, whatever is made beside it, and another from another source or variation', async () => {
    const steps: number[] = []
    const [one] = await make([order()], { shelf: TRAINED, onStep: step => steps.push(step) })
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect([...TRAINED.models.values()].map(({ step, total }) => [step, total])).toEqual([[6, 6]])
    const beside = Array.from({ length: 20 }, (_, k) => order((k + 1) % 9, 3 + k))
    const many = await make([...beside, order(), order(0, 2), order(1)], {
      shelf: TRAINED,
      onStep: () => expect.unreachable('it is trained'),
    })
    const [again, variation, source] = many.slice(-3)
    expect(again!.image).toEqual(one!.image)
    for (const other of [variation, source]) expect(other!.image.pixels).not.toEqual(one!.image.pixels)
    expect(TRAINED.models.size).toBe(1)
  })

  it('has a model of its own for everything that decides one, and draws of its own for each seed', async () => {
    const keyOf = (given: Surroundings) => studioOf(contextOf(given)).key
    const usual = keyOf({})
    expect([...TRAINED.models.keys()]).toEqual([usual])
    expect(keyOf({ context: { training: TRAINING.toReversed() } })).toBe(usual) // a set has no order
    expect(keyOf({ settings: { strength: 0.1, samplingSteps: 9 } })).toBe(usual) // those are of a variation
    const others = [
      { context: { seed: 2 } },
      { context: { training: TRAINING.slice(1) } },
      { context: { training: TRAINING.map(one => ({ ...one, class: 'a' })) } },
      { context: { classes: ['b', 'a'] } },
      { context: { learning: { ...contextOf({}).learning!, lowering: 'another' } } },
      ...[
        { steps: 7 },
        { batch: 5 },
        { learningRate: 0.01 },
        { averaging: 0.6 },
        { depth: 0.8 },
        { size: 20 },
        { channels: 16 },
      ].map(settings => ({ settings })),
    ]
    expect(new Set([usual, ...others.map(keyOf)]).size).toBe(1 + others.length)
    // The same weights under another seed's key: what differs is the noise.
    TRAINED.models.set(keyOf({ context: { seed: 2 } }), TRAINED.models.get(usual)!)
    const [one] = await make([order()], { shelf: TRAINED })
    const [seeded] = await make([order()], { shelf: TRAINED, context: { seed: 2 } })
    expect(seeded!.image.pixels).not.toEqual(one!.image.pixels)
  })

  it('without strength is the source itself, with it another image of its size, larger than the network or not', async () => {
    const large = stripes(40, 3)
    READ.set(hashOf(large), large)
    const orders: Order[] = [order(), { class: 'a', parents: [hashOf(large)], variation: 1 }]
    const same = await make(orders, { shelf: TRAINED, settings: { strength: 0 } })
    expect(same.map(({ image }) => image)).toEqual([IMAGES[0], large])
    const varied = await make(orders, { shelf: TRAINED })
    for (const [k, image] of [IMAGES[0]!, large].entries()) {
      expect(varied[k]!.image).toMatchObject({ width: image.width, height: image.height })
      expect(varied[k]!.image.pixels).not.toEqual(image.pixels)
    }
  })

  it('says what it learned from, and with what', async () => {
    const [one, other] = await make([order(), order(9)], { shelf: TRAINED })
    const model = [...TRAINED.models.keys()][0]
    expect(one).toMatchObject({ cost: 0, terms: null, parameters: { seed: 1, strength: 0.6, channels: 8, model } })
    expect(one!.order.parents).toEqual([hashOf(IMAGES[0]!)])
    expect(one!.trainedOn).toEqual(TRAINING.map(({ sha256 }) => sha256).toSorted())
    expect(other!.trainedOn).toBe(one!.trainedOn)
  })

  it('stopped and gone on with, it learns the same to the bit', async () => {
    const expected = await make([order(), order(1)], { shelf: TRAINED })
    const stopped = new Shelf()
    const stop = new AbortController()
    const none = await make([order()], {
      shelf: stopped,
      context: { signal: stop.signal },
      onStep: step => step === 2 && stop.abort(),
    })
    expect(none).toEqual([])
    expect([...stopped.models.values()].map(({ step }) => step)).toEqual([3])
    const first: number[] = []
    const made = await make([order(), order(1)], { shelf: stopped, onStep: step => first.push(step) })
    expect(first).toEqual([3, 4, 5, 6])
    expect(pixelsOf(made)).toEqual(pixelsOf(expected))
    expect(stopped.models).toEqual(onlyUsual(TRAINED))
  })

  it('killed, it goes on from what was kept last, to the same', async () => {
    const killed = new Shelf()
    let now = 0
    const clock = (): number => (now += 11_000) // keeps at every third step
    const die = (step: number): void => {
      if (step === 5) throw new Error('killed')
    }
    await expect(make([order()], { shelf: killed, context: { clock }, onStep: die })).rejects.toThrow('killed')
    expect([...killed.models.values()].map(({ step }) => step)).toEqual([3])
    await make([order()], { shelf: killed })
    expect(killed.models).toEqual(onlyUsual(TRAINED))
  })

  it('keeps nothing of a training that diverged', async () => {
    const shelf = new Shelf()
    const { key, task } = studioOf(contextOf({ shelf }))
    const state = Object.fromEntries(
      Object.entries(learningSpecs(task.shape)).map(([name, { shape }]) => [
        name,
        new Float32Array(sizeOf(shape)).fill(Number.NaN),
      ]),
    )
    const kept = { step: 4, total: 6, bytes: writeState(task.shape, state, 4) }
    shelf.keep(key, kept)
    await expect(make([order()], { shelf })).rejects.toThrow('diverged at step 5')
    expect(shelf.models.get(key)).toBe(kept)
  })

  it('refuses settings that do not fit, and work without images or an engine', async () => {
    const refused = (given: Surroundings) => expect(make([order()], given)).rejects
    await refused({ settings: { strength: 0.8 } }).toThrow('a strength of 0.8 is beyond the depth of 0.7')
    await refused({ settings: { size: 18 } }).toThrow('a size is a multiple of 4, not 18')
    await refused({ settings: { channels: 12 } }).toThrow(/channels/)
    await refused({ settings: { stepz: 3 } }).toThrow(/stepz/)
    await refused({ context: { training: [] } }).toThrow('no image to learn from')
    const { learning: _, ...without } = contextOf({})
    await expect(diffusion.make([order()], without)[Symbol.asyncIterator]().next()).rejects.toThrow(
      'cannot be done from here',
    )
  })

  it('foresees what is left of training and making', async () => {
    const shelf = new Shelf()
    let now = 0
    const context = { clock: () => (now += 1000) }
    const before = await diffusion.estimate!([order()], contextOf({ shelf, context }))
    expect(before).toMatchObject({ requests: 0, price: 0, training: { steps: 6, seconds: 6 } })
    expect(before.seconds).toBe(7)
    const after = await diffusion.estimate!([order()], contextOf({ shelf: TRAINED, context }))
    expect(after).toMatchObject({ seconds: 1, training: { steps: 0, seconds: 0 } })
    expect(await diffusion.estimate!([], contextOf({ shelf }))).toMatchObject({ seconds: 0 })
  })
})
