import { optimise } from '../passes/index.ts'
import type { Definition } from '../program.ts'
import { trace } from '../trace/trace.ts'
import { type LoweredModel, lower } from './lower.ts'

/** A definition as onnxruntime's WebGPU provider gets it. */
export function lowerForWebgpu(definition: Definition): LoweredModel {
  return lower(optimise(trace(definition), 'webgpu'), definition.name, 'webgpu')
}
