import { expect, it } from 'vitest'
import { engineTrial } from '../../../src/cli/engineTrial.ts'
import {
  createEngine,
  distance,
  type Engine,
  type EngineName,
  type EngineReport,
  type EngineStatus,
  type EngineTrial,
  examineEngines,
  fastest,
} from '../../../src/core/engine/index.ts'

const start = (engine: EngineName): Promise<Engine> => createEngine({ engine, threads: 1, device: 'test' })
/** The real small steps; the real big ones take seconds. */
const trial: EngineTrial = { ...engineTrial(() => 0), stepMilliseconds: async () => 7, nodesOnCpu: async () => [] }
const here = (name: EngineName, rest: Partial<EngineStatus> = {}): EngineStatus => {
  return { name, available: true, reason: null, device: null, software: false, ...rest }
}
const gpus = [{ name: 'NVIDIA T4', driver: '550.1' }]

/** An engine that goes by another name, and whose state it reads is `factor` of what it is. */
async function disguised(factor: number): Promise<Engine> {
  const engine = await start('onnx-cpu')
  return {
    ...engine,
    createState(specs, values) {
      const state = engine.createState(specs, values)
      const read = state.read.bind(state)
      state.read = async names =>
        Object.fromEntries(Object.entries(await read(names)).map(([name, x]) => [name, x.map(v => v * factor)]))
      return state
    },
  }
}

it('takes engines that agree with the reference, and measures them', async () => {
  const reports = await examineEngines({
    engines: [here('onnx-cpu'), here('onnx-cuda', { device: 'a card' }), here('reference')],
    gpus,
    trial,
    start: name => (name === 'onnx-cuda' ? disguised(1.001) : start(name)),
  })
  expect(reports).toEqual([
    { name: 'onnx-cpu', available: true, device: 'test', reason: null, stepMilliseconds: 7 },
    { name: 'onnx-cuda', available: true, device: 'a card', reason: null, stepMilliseconds: 7 },
    { name: 'reference', available: true, device: 'test', reason: null, stepMilliseconds: null },
  ])
})

it('refuses one whose results are wrong, that does not start, that stands in for a GPU; never measures software', async () => {
  const reports = await examineEngines({
    engines: [here('onnx-webgpu', { software: true, device: 'llvmpipe' }), here('onnx-cuda'), here('tensorflow')],
    gpus,
    trial,
    start: async name => {
      if (name === 'onnx-cuda') return disguised(1.1)
      if (name === 'tensorflow') return { ...(await start('onnx-cpu')), standIn: 'it computes on the processor' }
      return start(name === 'onnx-webgpu' ? 'onnx-cpu' : name)
    },
  })
  expect(reports).toEqual([
    {
      name: 'onnx-webgpu',
      available: true,
      device: 'llvmpipe',
      reason: 'played by the processor, for tests: auto does not take it',
      stepMilliseconds: null,
    },
    {
      name: 'onnx-cuda',
      available: false,
      device: null,
      reason: "its results are 10 % away from the reference's",
      stepMilliseconds: null,
    },
    { name: 'tensorflow', available: false, device: null, reason: 'it computes on the processor', stepMilliseconds: null },
  ])
  expect(fastest(reports, 2)).toBe('onnx-cpu')
})

it('names the nodes that a GPU engine leaves to the processor', async () => {
  const [report] = await examineEngines({
    engines: [here('onnx-webgpu', { device: 'a card' })],
    gpus,
    trial: { ...trial, nodesOnCpu: async name => (name === 'onnx-webgpu' ? ['Cast (cast_29)', 'Cast (cast_30)'] : []) },
    start: () => start('onnx-cpu'),
  })
  expect(report).toMatchObject({
    available: true,
    reason: 'leaves 2 nodes to the processor: Cast (cast_29), Cast (cast_30)',
    stepMilliseconds: 7,
  })
})

it('tells of a GPU that lies idle at the engine that would use it', async () => {
  const absent = here('onnx-cuda', { available: false, reason: "not installed: run 'mri-lab engine install cuda'" })
  const broken = here('onnx-cuda')
  const examined = async (engine: EngineStatus, cards = gpus) =>
    (
      await examineEngines({
        engines: [engine],
        gpus: cards,
        trial,
        start: async name => {
          if (name === 'onnx-cuda') throw new Error('missing libcudnn.so.9 (cuDNN 9)')
          return start(name)
        },
      })
    )[0]?.reason
  const advice = "an NVIDIA GPU (NVIDIA T4) is here but no GPU engine works: run 'mri-lab engine install cuda'"
  expect(await examined(absent)).toBe(advice)
  expect(await examined(broken)).toBe(`${advice}; it is installed, but missing libcudnn.so.9 (cuDNN 9)`)
  expect(await examined(absent, [])).toBe("no NVIDIA GPU is seen here; not installed: run 'mri-lab engine install cuda'")
})

it('weighs a GPU against all cores of the processor', () => {
  const report = (name: EngineName, stepMilliseconds: number | null, available = true): EngineReport => {
    return { name, available, device: '', reason: null, stepMilliseconds }
  }
  const both = [report('onnx-cpu', 200), report('onnx-webgpu', 60)]
  expect(fastest(both, 2)).toBe('onnx-webgpu')
  expect(fastest(both, 4)).toBe('onnx-cpu')
  expect(fastest([report('onnx-cpu', 200), report('onnx-cuda', 1, false), report('reference', null)], 1)).toBe('onnx-cpu')
  expect(fastest([], 1)).toBe('onnx-cpu')
})

it('measures distance against the expected length, and is not fooled by what is no number or not there', () => {
  const expected = { a: Float32Array.of(3, 4), b: Float32Array.of(1) }
  expect(distance(expected, expected)).toBe(0)
  expect(distance({ a: Float32Array.of(3, 4.5), b: Float32Array.of(1) }, expected)).toBeCloseTo(0.1, 6)
  expect(distance({ b: Float32Array.of(1) }, expected)).toBe(1)
  expect(distance({ a: Float32Array.of(Number.NaN, 4), b: Float32Array.of(1) }, expected)).toBeNaN()
})
