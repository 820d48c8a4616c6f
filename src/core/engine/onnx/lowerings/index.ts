/** The rule table: which ONNX nodes stand for each operation of the intermediate form, by target where that matters. */

import type { Target } from '../../target.ts'
import { averaging } from './averagePool.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { gpu } from './gpu.ts'
import { matmul } from './matmul.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import type { Rule, RuleByTarget } from './rule.ts'
import { shaping } from './shaping.ts'

const LOWERINGS: Readonly<Record<string, Rule | RuleByTarget>> = {
  ...averaging,
  ...convolution,
  ...elementwise,
  ...matmul,
  ...pooling,
  ...reduction,
  ...shaping,
  ArgMax: { cpu: reduction.ArgMax!, gpu: gpu.ArgMax },
  BatchMatMul: { cpu: matmul.BatchMatMul!, gpu: gpu.BatchMatMul },
  Conv2DBackpropFilter: { cpu: convolution.Conv2DBackpropFilter!, gpu: gpu.Conv2DBackpropFilter },
  LogSoftmax: { cpu: reduction.LogSoftmax!, gpu: gpu.LogSoftmax },
}

/** The rule of an operation on a target; undefined where there is none. */
export function ruleFor(op: string, target: Target): Rule | undefined {
  const rule = LOWERINGS[op]
  if (rule === undefined || typeof rule === 'function') return rule
  return target === 'cpu' ? rule.cpu : rule.gpu
}
