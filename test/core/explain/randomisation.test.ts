/** The model-randomisation check on a trained CNN, whose maps show what it learned, and on one that learned nothing. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createEngine } from '../../../src/core/engine/index.ts'
import { explainClass, randomisationCheck, trainedModel } from '../../../src/core/explain/index.ts'
import {
  initialWeights,
  modelNamed,
  readCheckpoint,
  readSafetensors,
  writeCheckpoint,
} from '../../../src/core/models/index.ts'

const file = new URL('../../../fixtures/explain/gradcam.safetensors', import.meta.url)
const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), 'gradcam.safetensors')
const floats = (name: string) => tensors.get(name)!.data as Float32Array
const cnn = modelNamed('cnn', 16, 4)
const learned = Object.fromEntries(cnn.parameters.map(({ name }) => [name, floats(name)]))
const classes = ['a', 'b', 'c', 'd']
const pixels = floats('images').slice(0, 256)

async function started(weights: Readonly<Record<string, Float32Array>>) {
  const engine = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
  return trainedModel(engine, 'cnn', readCheckpoint(writeCheckpoint(cnn, weights, classes), 'test'), classes, 'test')
}

it('is the same for the same seed, and leaves the model as it is', async () => {
  const trained = await started(learned)
  const explained = await explainClass(trained, pixels, {})
  const check = await randomisationCheck(trained, pixels, explained)
  expect(check.draws).toBe(5)
  for (const value of [check.head, check.all]) expect(Math.abs(value!)).toBeLessThan(0.9)
  expect(await randomisationCheck(trained, pixels, explained)).toEqual(check)
  expect(await randomisationCheck(trained, pixels, explained, { seed: 2 })).not.toEqual(check)
  expect(await explainClass(trained, pixels, {})).toEqual(explained)
})

it('a model that learned nothing is told by its map: drawing the same weights again changes nothing', async () => {
  const weights = initialWeights(cnn, 1, 0)
  const trained = await started(weights)
  const maps = await Promise.all(classes.map(name => explainClass(trained, pixels, { class: name })))
  const explained = maps.find(({ map }) => !map.empty)!
  expect(await randomisationCheck(trained, pixels, explained, { seed: 1, draws: 1 })).toMatchObject({ all: 1, head: 1 })
})

it('an empty map cannot be compared', async () => {
  const trained = await started(learned)
  const maps = await Promise.all(
    classes.map(name => explainClass(trained, floats('images').slice(768, 1024), { class: name })),
  )
  const empty = maps.find(({ map }) => map.empty)!
  expect(await randomisationCheck(trained, pixels, empty, { draws: 2 })).toEqual({ head: null, all: null, draws: 2 })
})
