/** What may change when a study is continued under its name. */
import { LabError } from '../shared/errors.ts'
import { contrastList } from './contrastSpec.ts'
import type { Spec } from './spec.ts'

/** Models, policies, scenarios and contrasts may be added, and runs. */
const LISTS = ['models', 'policies', 'scenarios'] as const
const FIXED = [
  'dataset',
  'split',
  'splits',
  'controls',
  'sources',
  'epochs',
  'patience',
  'batch',
  'microBatch',
  'optimizer',
  'size',
  'configuration',
  'fineTune',
  'seed',
] as const satisfies readonly (keyof Spec)[]

/** The first field in which `after` is no growth of `before`, with what to do; null where it is one. */
export function growthProblem(before: Spec, after: Spec): { readonly field: string; readonly advice: string } | null {
  const advice = 'give the study another name (--name) to train it otherwise'
  for (const field of FIXED) if (!same(before[field], after[field])) return { field, advice }
  for (const [model, name] of Object.entries(before.weights)) {
    const now = Object.entries(after.weights).find(([other]) => other === model)
    if (now !== undefined && now[1] !== name) return { field: 'weights', advice }
  }
  for (const field of LISTS) {
    const lost = before[field].some(item => !after[field].some(other => same(item, other)))
    if (lost) return { field, advice: `it may grow, but must keep what the study has; ${advice}` }
  }
  const declared = contrastList(after.contrasts)
  if (contrastList(before.contrasts).some(item => !declared.some(other => same(item, other)))) {
    return { field: 'contrasts', advice: `contrasts may be added, but those declared stay; ${advice}` }
  }
  if (after.runs < before.runs)
    return { field: 'runs', advice: `it may grow, but not shrink below ${before.runs}; ${advice}` }
  return null
}

/** The refusal of a spec whose study of the same name is another; says nothing of growth. Throws LabError `usage`, naming the field. */
export function refuseChangedFields(before: Spec, after: Spec): void {
  const problem = growthProblem(before, after)
  if (problem === null) return
  const { field, advice } = problem
  throw new LabError('usage', `study '${after.name}' exists with another value of '${field}': ${advice}`)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
