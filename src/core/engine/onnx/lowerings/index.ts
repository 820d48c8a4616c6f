/** The rule table: which ONNX nodes stand for each operation of the intermediate form. */

import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import type { Rule } from './rule.ts'
import { shaping } from './shaping.ts'

export const LOWERINGS: Readonly<Record<string, Rule>> = {
  ...convolution,
  ...elementwise,
  ...matmul,
  ...pooling,
  ...reduction,
  ...shaping,
}
