/** A step taken apart: real nodes of a real step, and nothing left behind. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { explainStep } from '../../src/cli/explainStep.ts'
import { readProfile } from '../../src/core/engine/onnx/profile.ts'

const folders = () => readdirSync(tmpdir()).filter(name => name.startsWith('mri-lab-profile-'))

it('names the nodes of a training step, the slowest first, and leaves no files', async () => {
  const before = folders()
  const asked = { model: 'cnn', size: 16, batch: 4, threads: 1, steps: 3 }
  const { nodes, milliseconds } = await explainStep(asked, () => performance.now())
  expect(milliseconds).toBeGreaterThan(0)
  const times = nodes.map(node => node.milliseconds)
  expect(times).toEqual(times.toSorted((a, b) => b - a))
  const convolutions = nodes.filter(node => node.operator === 'Conv')
  // Four phases of conv1, conv2, and the gradient of conv2's input.
  expect(convolutions.reduce((sum, node) => sum + node.count, 0)).toBe(6)
  expect(convolutions.map(node => node.shapes[1]).sort()).toEqual(['32x1x3x3', '32x64x3x3', '64x32x3x3'])
  expect(folders()).toEqual(before)
})

it('refuses what is no profile', () => {
  expect(() => readProfile('[{"cat": "Node"')).toThrow("onnxruntime's profile could not be read")
  expect(() => readProfile('{"nodes": 3}')).toThrow("onnxruntime's profile could not be read")
})
