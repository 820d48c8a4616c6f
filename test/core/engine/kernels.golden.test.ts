/** The primitives against PyTorch: results and gradients of layers, of a residual block and of a transformer block. */
import { describe, expect, it } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import { farthest, run } from './agreement.ts'
import { cases, definitionOf, layers, stored } from './goldenCases.ts'

const engines: [string, Engine][] = [
  ['onnx-cpu', onnxCpuEngine({ threads: 1, device: 'test' })],
  ['reference', referenceEngine('test')],
]

it('every case has its layer', () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(cases).sort())
})

describe.each(engines)('%s has PyTorch’s numbers, to 1e-5 of the largest of a tensor', (_, engine) => {
  it.each(Object.keys(cases))('%s', async name => {
    const { definition, inputs } = definitionOf(name)
    const results = await run(engine, definition, inputs)
    for (const part of ['out', 'grad']) {
      for (const [key, { data }] of Object.entries(stored(name, part))) {
        expect(farthest(results[`${part}.${key}`]!, data, 0), `${part}.${key}`).toBeLessThan(1e-5)
      }
    }
  })
})
