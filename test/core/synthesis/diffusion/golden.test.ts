/** The U-Net, its training step and a whole variation against PyTorch: fixtures/synthesis/diffusion/make_diffusion_golden.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referenceEngine } from '../../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../../src/core/engine/onnx/cpu.ts'
import { lower } from '../../../../src/core/engine/onnx/lower.ts'
import { optimise } from '../../../../src/core/engine/passes/index.ts'
import { add, div, mul, sub } from '../../../../src/core/engine/primitives.ts'
import type { Engine } from '../../../../src/core/engine/program.ts'
import { trace } from '../../../../src/core/engine/trace/trace.ts'
import { readSafetensors } from '../../../../src/core/models/index.ts'
import {
  AVERAGE,
  denoisingSpecs,
  denoisingStep,
  learningSpecs,
  learningStep,
} from '../../../../src/core/synthesis/diffusion/definitions.ts'
import { denoisingTimes, noising } from '../../../../src/core/synthesis/diffusion/schedule.ts'
import { denoise, learningInputs } from '../../../../src/core/synthesis/diffusion/steps.ts'
import { imageIn } from '../../../../src/core/synthesis/diffusion/unet.ts'
import { unetParameters } from '../../../../src/core/synthesis/diffusion/unetLayout.ts'

const FILE = new URL('../../../../fixtures/synthesis/diffusion/diffusion.golden.safetensors', import.meta.url)
const golden = Object.fromEntries(
  [...readSafetensors(readFileSync(FILE), 'golden').tensors].map(([name, { data }]) => [name, data as Float32Array]),
)
const SHAPE = { size: 16, patch: 2, channels: 8, multipliers: [1, 2], classes: 3 }
const LABELS = Int32Array.of(0, 1, 2)
const TIMES = [1, 400, 999]
const weights = Object.fromEntries(unetParameters(SHAPE).map(({ name }) => [name, golden[name]!]))

/** The largest difference, in units of the expected values' root mean square. */
function distance(actual: ArrayLike<number>, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length)
  const scale = Math.hypot(...expected) / Math.sqrt(expected.length)
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value))) / Math.max(scale, 1e-6)
}

const engines: [string, () => Engine][] = [
  ['reference', () => referenceEngine('test')],
  ['onnx-cpu', () => onnxCpuEngine({ threads: 1, device: 'test' })],
]

describe.each(engines)('on %s', (_, start) => {
  const engine = start()

  it('sees the images and finds the noise that PyTorch does', async () => {
    const state = engine.createState(learningSpecs(SHAPE), weights)
    const drawn = { image: golden.image!, noise: golden.noise!, times: TIMES, label: LABELS }
    const { inputs } = learningStep(SHAPE, 3)
    const program = await engine.compile({
      ...{ name: 'what the network sees', state: learningSpecs(SHAPE), inputs },
      compute(p, { image, noise, signal, sigma, time, label }) {
        const x = add(mul(signal!, image!), mul(sigma!, noise!))
        const seen = imageIn(SHAPE, p, x, { time: time!, label: label! })
        return { outputs: { seen, predicted: div(sub(x, mul(signal!, seen)), sigma!) } }
      },
    })
    const given = learningInputs(SHAPE, drawn, { t: 1, learningRate: 0, keep: 0 })
    const { seen, predicted } = await program.run(state, given)
    expect(distance(seen!, golden.seen!)).toBeLessThan(1e-4)
    expect(distance(predicted!, golden.predicted!)).toBeLessThan(1e-4)
  })

  it('one step of training has the loss and the gradients of PyTorch, and moves the average', async () => {
    const state = engine.createState(learningSpecs(SHAPE), weights)
    const program = await engine.compile(learningStep(SHAPE, 3))
    const drawn = { image: golden.image!, noise: golden.noise!, times: TIMES, label: LABELS }
    const { loss } = await program.run(state, learningInputs(SHAPE, drawn, { t: 1, learningRate: 1e-3, keep: 0.9 }))
    expect(distance(loss!, golden.loss!)).toBeLessThan(1e-5)
    const after = await state.read()
    for (const name of Object.keys(weights)) {
      // M is the gradient after the first step (training/adam.ts).
      expect(distance(after[`adam.m.${name}`]!, golden[`gradient.${name}`]!), name).toBeLessThan(1e-4)
      const average = after[name]!.map(value => Math.fround(0.1 * value)) // it began at zero
      expect(distance(after[AVERAGE + name]!, average), name).toBeLessThan(1e-5)
    }
  })

  it('a variation is that of the same weights and noise in PyTorch', async () => {
    const times = denoisingTimes(0.6, 20)
    expect(times).toEqual([...golden.times!])
    const { signal, sigma } = noising(times[0]!)
    const x = golden.image!.map((value, i) => signal * value + sigma * golden.noise![i]!)
    const state = engine.createState(denoisingSpecs(SHAPE, 3), weights)
    const program = await engine.compile(denoisingStep(SHAPE, 3))
    const varied = await denoise(program, state, SHAPE, { x, label: LABELS, times })
    expect(distance(varied, golden.variation!)).toBeLessThan(1e-4)
  })
})

it.each(['cpu', 'webgpu', 'cuda'] as const)('both steps are lowered for %s', target => {
  for (const definition of [learningStep(SHAPE, 3), denoisingStep(SHAPE, 3)]) {
    const { bytes } = lower(optimise(trace(definition), target), definition.name, target)
    expect(bytes.length).toBeGreaterThan(1000)
  }
})
