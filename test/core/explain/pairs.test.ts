/** Pairs on a trained CNN: what is asked of each image, what is compared, and the sheet. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/core/engine/index.ts'
import {
  explainClass,
  explainPairs,
  likeness,
  pairedClasses,
  pairSheet,
  trainedModel,
} from '../../../src/core/explain/index.ts'
import { GROUND, lettering, lettersIn } from '../../../src/core/explain/lettering.ts'
import { modelNamed, readCheckpoint, readSafetensors, writeCheckpoint } from '../../../src/core/models/index.ts'

const file = new URL('../../../fixtures/explain/gradcam.safetensors', import.meta.url)
const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), 'gradcam.safetensors')
const floats = (name: string) => tensors.get(name)!.data as Float32Array
const cnn = modelNamed('cnn', 16, 4)
const weights = Object.fromEntries(cnn.parameters.map(({ name }) => [name, floats(name)]))
const classes = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
const engine = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
afterAll(() => engine.release())
const trained = trainedModel(engine, 'cnn', readCheckpoint(writeCheckpoint(cnn, weights, classes), 'test'), classes, 'test')
const image = (at: number) => ({
  name: `image ${at}`,
  pixels: Uint8Array.from(floats('images').slice(at * 256, (at + 1) * 256)),
})
const targets = ['ModerateDemented', 'NonDemented'] as const

describe('the classes of a pair', () => {
  it("are the dissertation's, else the last and the first", () => {
    expect(pairedClasses(classes)).toEqual(targets)
    expect(pairedClasses(['calm', 'odd', 'ill'])).toEqual(['ill', 'calm'])
    expect(() => pairedClasses(['one'])).toThrow(RangeError)
  })
})

describe('pairs', async () => {
  const pairs = [
    { label: targets[0], real: image(0), synthetic: image(1) },
    { label: targets[1], real: image(2), synthetic: null },
  ]
  const explained = await explainPairs(trained, pairs, targets, {})

  it('give each image the map of both classes, and compare them', async () => {
    const [first, second] = explained.pairs
    expect(explained.layer).toBe('conv2')
    const alone = async (at: number, name: string) =>
      (await explainClass(trained, Float32Array.from(image(at).pixels), { class: name })).map
    for (const [i, name] of targets.entries()) {
      expect(first!.real.maps[i]).toEqual(await alone(0, name))
      expect(first!.synthetic!.maps[i]).toEqual(await alone(1, name))
      expect(first!.realSynthetic![i]).toEqual(likeness((await alone(0, name)).map, (await alone(1, name)).map))
    }
    expect(second).toMatchObject({ label: 'NonDemented', synthetic: null, realSynthetic: null })
    const [moderate, non] = second!.real.maps
    expect(second!.real.betweenClasses).toEqual(likeness(moderate!.map, non!.map))
  })

  it('make one sheet: a row for each pair, the synthetic image on the right of its source', () => {
    const sheet = pairSheet(explained.pairs, targets, 16, { title: 'title' })
    const realOnly = pairSheet(
      explained.pairs.map(pair => ({ ...pair, synthetic: null })),
      targets,
      16,
      { title: 'title' },
    )
    expect(sheet.height).toBe(realOnly.height)
    expect(sheet.width).toBeGreaterThan(1.9 * realOnly.width)
    expect(sheet.rgb).toHaveLength(sheet.width * sheet.height * 3)
    expect(pairSheet(explained.pairs, targets, 16, { title: 'title', notes: ['a', 'b'] }).height).toBeGreaterThan(
      sheet.height,
    )
  })
})

describe('lettering', () => {
  /** The picture as lines of characters. */
  const drawn = (text: string) => {
    const { width, height, rgb } = lettering(text, 1)
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => (rgb[3 * (y * width + x)] === GROUND ? '.' : '#')).join(''),
    )
  }

  it('draws letters as they look', () => {
    expect(drawn('Hg').slice(0, 8)).toEqual([
      '#...#.......',
      '#...#.......',
      '#...#..###..',
      '#####.#..##.',
      '#...#.#..##.',
      '#...#..##.#.',
      '#...#.....#.',
      '.......###..',
    ])
  })

  it('draws a question mark for what it lacks, and says how much fits', () => {
    expect(drawn('é')).toEqual(drawn('?'))
    expect(lettersIn(lettering('twelve chars', 3).width, 3)).toBe(12)
  })
})
