/** The rule table: which ONNX nodes stand for each operation of the intermediate form. */
import type { Rule } from '../lower.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import { shaping } from './shaping.ts'

export const LOWERINGS: Readonly<Record<string, Rule>> = {
  ...convolution,
  ...elementwise,
  ...matmul,
  ...pooling,
  ...reduction,
  ...shaping,
}

/** Raised with every change of the rules or passes that can change a number: part of every run's key. */
export const LOWERING_VERSION = '1'
