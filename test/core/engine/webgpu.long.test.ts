/**
 * The WebGPU engine over SwiftShader, Chromium's Vulkan driver that computes on the processor: everything but speed is as on a GPU. Needs Debian's
 * packages chromium and libvulkan1. 20 to 50 s on two cores, most of it SwiftShader compiling shaders.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { createEngine, type Definition, type Engine, nodesOnCpu, probeEngine } from '../../../src/core/engine/index.ts'
import { OnnxModel } from '../../../src/core/engine/onnx/model.ts'
import { placedOnCpu } from '../../../src/core/engine/onnx/webgpuPlacement.ts'
import { tryInChild } from '../../../src/core/engine/onnx/webgpuProbe.ts'
import { LayerGradients } from '../../../src/core/explain/layerGradient.ts'
import { modelNamed, readSafetensors } from '../../../src/core/models/index.ts'
import { adamScalars } from '../../../src/core/training/adam.ts'
import {
  gradientStep,
  prediction,
  trainingSpecs,
  trainStep,
  updateStep,
  weightSpecs,
} from '../../../src/core/training/definitions.ts'
import { losingDriver, swiftShader } from './softwareGpu.ts'

const manifest = swiftShader()
if (manifest !== null) process.env.VK_ICD_FILENAMES = manifest
const reason = manifest === null ? 'there is no SwiftShader' : probeEngine('onnx-webgpu').reason
if (reason !== null) console.log(`SKIPPED  onnx-webgpu (Debian packages chromium and libvulkan1): ${reason}`)

const folder = new URL('../../../fixtures/training/', import.meta.url)
const golden = JSON.parse(readFileSync(new URL('cnn_golden.json', folder), 'utf8'))
const { tensors } = readSafetensors(readFileSync(new URL('cnn_golden.safetensors', folder)), 'cnn_golden.safetensors')
const floats = (name: string): Float32Array => tensors.get(name)!.data as Float32Array
const model = modelNamed('cnn', golden.size, golden.classes)
const names = model.parameters.map(({ name }) => name)
const initial = Object.fromEntries(names.map(name => [name, floats(`initial.${name}`)]))

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

/** The golden batch of a step, with Adam's scalars. */
function batch(step: number) {
  const pixels = golden.size * golden.size * golden.batch
  const { stepSize, epsilon } = adamScalars(step + 1, golden.learningRate)
  return {
    pixels: floats('pixels').slice(step * pixels, (step + 1) * pixels),
    labels: Int32Array.from(floats('labels').slice(step * golden.batch, (step + 1) * golden.batch)),
    stepSize: Float32Array.of(stepSize),
    epsilon: Float32Array.of(epsilon),
  }
}

/** Three Adam steps on the golden batches, then logits and both classes' layer gradients of the first image. */
async function train(engine: Engine) {
  const state = engine.createState(trainingSpecs(model), initial)
  const step = await engine.compile(trainStep(model, golden.batch))
  const losses: number[] = []
  const correct: number[] = []
  for (let i = 0; i < 3; i++) {
    const outputs = await step.run(state, batch(i))
    losses.push(outputs.loss![0]!)
    correct.push(outputs.correct![0]!)
  }
  const weights = await state.read()
  const predict = await engine.compile(prediction(model, golden.batch, trainingSpecs(model)))
  const { logits } = await predict.run(state, { pixels: batch(0).pixels })
  const pixels = batch(0).pixels.slice(0, golden.size * golden.size)
  const trained = engine.createState(weightSpecs(model), Object.fromEntries(names.map(name => [name, weights[name]!])))
  const layers = await new LayerGradients(engine, model, trained.specs).of(trained, pixels, 'conv2', [0, 3])
  trained.release()
  state.release()
  await Promise.all([step.release(), predict.release()])
  return { losses, correct, weights, logits: logits!, layers }
}

/** The program that Grad-CAM compiles. */
async function gradCamDefinition(engine: Engine): Promise<Definition> {
  let seen: Definition | undefined
  const watched: Engine = {
    ...engine,
    compile(definition) {
      seen = definition
      return engine.compile(definition)
    },
  }
  const state = engine.createState(weightSpecs(model), initial)
  await new LayerGradients(watched, model, state.specs).of(state, new Float32Array(golden.size * golden.size), 'conv2', [0])
  state.release()
  return seen!
}

describe.skipIf(reason !== null)('onnx-webgpu over SwiftShader', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine({ engine: 'onnx-webgpu', threads: 1, device: 'test' })
  })
  afterAll(() => engine?.release())

  it('is honest about what it runs on', () => {
    expect(probeEngine('onnx-webgpu')).toMatchObject({ available: true, reason: null, software: true })
    expect(engine.identity).toMatchObject({ engine: 'onnx-webgpu', device: expect.stringMatching(/^SwiftShader/) })
  })

  it('trains the CNN as PyTorch, onnx-cpu and the reference do; predicts and explains as they do', async () => {
    const trained = await train(engine)
    for (const [i, loss] of trained.losses.entries()) expect(Math.abs(loss / golden.losses[i] - 1)).toBeLessThan(1e-4)
    expect(trained.correct).toEqual(golden.correct.slice(0, 3))
    for (const name of ['onnx-cpu', 'reference'] as const) {
      const other = await createEngine({ engine: name, threads: 2, device: 'test' })
      const expected = await train(other)
      await other.release()
      expect(farthest(trained.losses, expected.losses), name).toBeLessThan(1e-4)
      for (const [key, values] of Object.entries(expected.weights))
        expect(farthest(trained.weights[key]!, values), `${name} ${key}`).toBeLessThan(1e-4)
      expect(farthest(trained.logits, expected.logits), name).toBeLessThan(1e-4)
      for (const [i, { layer, logits }] of expected.layers.entries()) {
        const actual = trained.layers[i]!
        expect(farthest(actual.logits, logits), name).toBeLessThan(1e-4)
        expect(farthest(actual.layer.activations, layer.activations), name).toBeLessThan(1e-4)
        expect(farthest(actual.layer.gradients, layer.gradients), name).toBeLessThan(1e-4)
      }
    }
  })

  it('leaves no node of the CNN to the processor', async () => {
    const full = modelNamed('cnn', 128, 4)
    const definitions = [
      trainStep(full, 32),
      gradientStep(full, 8),
      updateStep(full),
      prediction(full, 32),
      await gradCamDefinition(engine),
    ]
    for (const definition of definitions) expect(await nodesOnCpu('onnx-webgpu', definition), definition.name).toEqual([])
  })

  it("finds what would be left: onnxruntime's own arg max gives 64-bit integers, which WebGPU cannot cast", () => {
    const onnx = new OnnxModel()
    onnx.input({ name: 'x', shape: [4, 3], element: 'float32' })
    onnx.publish(onnx.op('Cast', [onnx.op('ArgMax', ['x'], { axis: 1, keepdims: 0 })], { to: 6 }), 'y')
    onnx.output({ name: 'y', shape: [4], element: 'int32' })
    const { answer, log, died } = tryInChild(onnx.serialise('left'))
    expect({ answer, died }).toEqual({ answer: null, died: null })
    expect(placedOnCpu(log)).toEqual([expect.stringMatching(/^Cast /)])
  })

  it('keeps state on the GPU: what is written is read back, and is what the next run sees', async () => {
    const specs = { a: { shape: [2, 3], dtype: 'float32' }, b: { shape: [], dtype: 'float32' } } as const
    const double = await engine.compile({
      name: 'double',
      state: specs,
      inputs: {},
      compute: ({ a, b }) => ({ state: { a: tf.mul(a!, 2) }, outputs: { sum: tf.add(tf.sum(a!), b!) } }),
    })
    const a = Float32Array.of(1, 2, 3, 4, 5, 6)
    const state = engine.createState(specs, { a })
    a.fill(-1) // the state has its own copy
    expect(await state.read()).toEqual({ a: Float32Array.of(1, 2, 3, 4, 5, 6), b: Float32Array.of(0) })
    expect(await double.run(state, {})).toEqual({ sum: Float32Array.of(21) })
    expect(await double.run(state, {})).toEqual({ sum: Float32Array.of(42) })
    expect(await state.read(['a'])).toEqual({ a: Float32Array.of(4, 8, 12, 16, 20, 24) })
    await state.write({ b: Float32Array.of(0.5) })
    expect(await state.read()).toEqual({ a: Float32Array.of(4, 8, 12, 16, 20, 24), b: Float32Array.of(0.5) })
    expect(await double.run(state, {})).toEqual({ sum: Float32Array.of(84.5) })
    await expect(state.write({ a: new Float32Array(5) })).rejects.toThrow(/'a' holds 6 numbers, not 5/)
    await expect(state.read(['c'])).rejects.toThrow(/no state named 'c'/)
    const elsewhere = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
    await expect(double.run(elsewhere.createState(specs, {}), {})).rejects.toThrow(/belongs to another engine/)
    state.release()
    await double.release()
  })

  it('can be released with state in use and started again: buffers go before their device, which would take the process along', () => {
    const script = `
      import { createEngine } from './src/core/engine/index.ts'
      for (let i = 0; i < 3; i++) {
        const engine = await createEngine({ engine: 'onnx-webgpu', threads: 1, device: 'test' })
        const specs = { a: { shape: [4], dtype: 'float32' } }
        const state = engine.createState(specs, { a: Float32Array.of(1, 2, 3, 4) })
        const same = await engine.compile({ name: 'same', state: specs, inputs: {}, compute: ({ a }) => ({ state: { a: a.add(1) }, outputs: {} }) })
        await same.run(state, {})
        await same.release()
        await engine.release()
      }
      console.log('whole')`
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
    expect({ status: child.status, signal: child.signal, stdout: child.stdout }).toEqual({
      status: 0,
      signal: null,
      stdout: 'whole\n',
    })
  })

  it('a device lost in mid-step is an error that says so; once all is released, the same process can train on it again', ctx => {
    const drivers = mkdtempSync(join(tmpdir(), 'mri-lab-losing-'))
    try {
      const environment = losingDriver(drivers, manifest!, 30, 1)
      if (environment === null) {
        console.log('SKIPPED  a lost device: it needs a C compiler (Debian package gcc)')
        ctx.skip()
        return
      }
      const entry = fileURLToPath(new URL('./children/lostDevice.ts', import.meta.url))
      const child = spawnSync(process.execPath, [entry], { encoding: 'utf8', env: { ...process.env, ...environment } })
      expect({ status: child.status, signal: child.signal }, child.stderr).toEqual({ status: 0, signal: null })
      expect(JSON.parse(child.stdout)).toEqual([
        expect.stringMatching(/^failed: the GPU was lost in 'cnn training step.*--engine onnx-cpu$/),
        'trained',
      ])
    } finally {
      rmSync(drivers, { recursive: true })
    }
  })
})
