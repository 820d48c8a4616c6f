/** Kernels that work element by element. */
import * as tf from '#tfjs'
import type { NodeDType } from '../graph.ts'
import type { KernelRule, KernelTable } from './rule.ts'

const bool = (): NodeDType => 'bool'

const unary: KernelRule = { inputs: ['x'], shape: ({ shapes }) => shapes[0]! }
const binary: KernelRule = {
  inputs: ['a', 'b'],
  shape: ({ shapes }) => tf.broadcast_util.assertAndGetBroadcastShape([...shapes[0]!], [...shapes[1]!]),
}
const comparison: KernelRule = { ...binary, dtype: bool }

export const elementwise: KernelTable = {
  Identity: unary,
  Abs: unary,
  ClipByValue: unary,
  Cos: unary,
  Erf: unary,
  Exp: unary,
  Log: unary,
  Neg: unary,
  Reciprocal: unary,
  Relu: unary,
  Rsqrt: unary,
  Sigmoid: unary,
  Sign: unary,
  Sin: unary,
  Sqrt: unary,
  Square: unary,
  Step: unary,
  Tanh: unary,
  LogicalNot: { ...unary, dtype: bool },
  Cast: { ...unary, dtype: ({ attributes }) => attributes.dtype as NodeDType },
  Add: binary,
  Sub: binary,
  Multiply: binary,
  RealDiv: { ...binary, dtype: () => 'float32' },
  Maximum: binary,
  Minimum: binary,
  Pow: binary,
  SquaredDifference: binary,
  Equal: comparison,
  NotEqual: comparison,
  Greater: comparison,
  GreaterEqual: comparison,
  Less: comparison,
  LessEqual: comparison,
  LogicalAnd: comparison,
  LogicalOr: comparison,
  /** tfjs's `where` broadcasts its operands before it calls the kernel. */
  Select: { inputs: ['condition', 't', 'e'], shape: ({ shapes }) => shapes[1]!, dtype: ({ dtypes }) => dtypes[1]! },
}
