/** A diffusion model as a safetensors file: whole states while it is trained, the averaged weights when it is done. */
import { hash } from 'node:crypto'
import { type ParameterSpec, readSafetensors, type StoredTensor, writeSafetensors } from '../../models/index.ts'
import { LabError } from '../../shared/errors.ts'
import { AVERAGE, learningSpecs } from './definitions.ts'
import { type UnetShape, unetParameters } from './unetLayout.ts'

/** Raised where anything else changes that decides a model. */
const VERSION = 1

/** The key of a model: equal where everything that decides its weights is. `what` is plain data. */
export function modelKey(what: object): string {
  return hash('sha256', JSON.stringify({ generator: 'diffusion', version: VERSION, ...what }), 'hex')
}

type Tensors = Readonly<Record<string, Float32Array>>

/** A state of training, to go on from. */
export function writeState(shape: UnetShape, state: Tensors, step: number): Uint8Array {
  return written(stateSpecs(shape), state, { shape: JSON.stringify(shape), step: String(step) })
}

/** @throws LabError `data` where the file is another */
export function readState(shape: UnetShape, bytes: Uint8Array): Record<string, Float32Array> {
  return read(stateSpecs(shape), bytes)
}

/** What is left of a state when training is done: the averages, under the weights' own names, and who is what. */
export function writeWeights(shape: UnetShape, state: Tensors, classes: readonly string[]): Uint8Array {
  const averages = unetParameters(shape).map(({ name }) => [name, state[AVERAGE + name]!] as const)
  const metadata = { format: 'pt', shape: JSON.stringify(shape), classes: JSON.stringify(classes) }
  return written(unetParameters(shape), Object.fromEntries(averages), metadata)
}

/** @throws LabError `data` where the file is another */
export function readWeights(shape: UnetShape, bytes: Uint8Array): Record<string, Float32Array> {
  return read(unetParameters(shape), bytes)
}

type Specs = readonly Pick<ParameterSpec, 'name' | 'shape'>[]

function stateSpecs(shape: UnetShape): Specs {
  return Object.entries(learningSpecs(shape)).map(([name, { shape: dimensions }]) => ({ name, shape: dimensions }))
}

function written(specs: Specs, values: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array {
  const tensors = specs.map(({ name, shape }): [string, StoredTensor] => [
    name,
    { dtype: 'F32', shape, data: values[name]! },
  ])
  return writeSafetensors(new Map(tensors), metadata)
}

function read(specs: Specs, bytes: Uint8Array): Record<string, Float32Array> {
  const { tensors } = readSafetensors(bytes, 'a diffusion model')
  return Object.fromEntries(
    specs.map(({ name, shape }) => {
      const found = tensors.get(name)
      if (found?.dtype !== 'F32' || found.shape.join() !== shape.join())
        throw new LabError('data', `a diffusion model: its file has no '${name}' of shape [${shape.join(', ')}]`)
      return [name, found.data]
    }),
  )
}
