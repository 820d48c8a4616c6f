/** Nodes that several rules make: another shape for the same numbers, and zeros around an image. */
import type { Shape } from '../../program.ts'
import type { Window } from '../../trace/kernels.ts'
import type { OnnxModel } from '../model.ts'

export function reshape(model: OnnxModel, name: string, shape: Shape): string {
  return model.op('Reshape', [name, model.int64s(shape)])
}

/** Zeros around an image that lies channels first; a negative number takes rows or columns away. */
export function pad(model: OnnxModel, name: string, [top, left, bottom, right]: Window['pads']): string {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return name
  return model.op('Pad', [name, model.int64s([0, 0, top, left, 0, 0, bottom, right])])
}
