/** PyTorch's numbers on the WebGPU engine over SwiftShader, with no node left to the processor. Needs Debian's packages chromium and libvulkan1. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine, nodesOnCpu, probeEngine } from '../../../src/core/engine/index.ts'
import { farthest, run } from './agreement.ts'
import { cases, definitionOf, stored } from './goldenCases.ts'
import { swiftShader } from './softwareGpu.ts'

const manifest = swiftShader()
if (manifest !== null) process.env.VK_ICD_FILENAMES = manifest
const reason = manifest === null ? 'there is no SwiftShader' : probeEngine('onnx-webgpu').reason
if (reason !== null) console.log(`SKIPPED  onnx-webgpu (Debian packages chromium and libvulkan1): ${reason}`)

describe.skipIf(reason !== null)('onnx-webgpu over SwiftShader', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine({ engine: 'onnx-webgpu', threads: 1, device: 'SwiftShader' })
  })
  afterAll(() => engine?.release())

  it.each(Object.keys(cases))('%s', async name => {
    const { definition, inputs } = definitionOf(name)
    const results = await run(engine, definition, inputs)
    for (const part of ['out', 'grad']) {
      for (const [key, { data }] of Object.entries(stored(name, part))) {
        expect(farthest(results[`${part}.${key}`]!, data, 0), `${part}.${key}`).toBeLessThan(2e-5)
      }
    }
    expect(await nodesOnCpu('onnx-webgpu', definition)).toEqual([])
  })
})
