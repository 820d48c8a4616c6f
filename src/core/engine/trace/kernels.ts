/**
 * Every tfjs kernel the tracer knows: what a call would return, without computing it. Adding a kernel is an entry in its
 * family (./kernels/) and, where it is recorded under its own name, a lowering in ../onnx/lowerings/.
 */
import { elementwise } from './kernels/elementwise.ts'
import { reductions } from './kernels/reduction.ts'
import type { KernelTable } from './kernels/rule.ts'
import { shaping } from './kernels/shaping.ts'
import { windows } from './kernels/window.ts'

export { reductionAxes } from './kernels/reduction.ts'
export type { KernelRule, RewrittenKernel } from './kernels/rule.ts'
export { convolutionWindow, poolWindow, type Window } from './kernels/window.ts'

export const KERNELS: KernelTable = { ...elementwise, ...reductions, ...shaping, ...windows }
