import { expect, it } from 'vitest'
import type { OnnxNode } from '../../../src/core/engine/onnx/model.ts'
import { overwritten } from '../../../src/core/engine/onnx/overwritten.ts'

function node(type: string, inputs: string[], output: string): OnnxNode {
  return { type, inputs, outputs: [output], attributes: {}, domain: '' }
}

it('is what one node reads, before all that the new value is made of', () => {
  const nodes = [
    node('Mul', ['m', 'decay'], 'kept'),
    node('Conv', ['x', 'w'], 'y'),
    node('Conv', ['y', 'w'], 'gradient'),
    node('Add', ['kept', 'gradient'], 'm.next'),
    node('Sub', ['w', 'm.next'], 'w.next'),
    node('Mul', ['s', 'x'], 'unrelated'),
    node('Mul', ['x', 'x'], 's.next'),
    node('Relu', ['c'], 'c.next'),
  ]
  const names = ['m', 'w', 's', 'c', 'absent']
  expect(
    overwritten(
      nodes,
      names.map(name => [name, `${name}.next`]),
    ),
  ).toEqual(['m'])
})
