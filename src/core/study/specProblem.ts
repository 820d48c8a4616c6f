/** What is wrong in a spec's file: which field, in which line, and why. */
import type { z } from 'zod'
import { LabError } from '../shared/errors.ts'

/** Of a value in a spec: `['scenarios', 1, 'real']`. */
export type SpecPath = readonly (string | number)[]

/** Where the value of a path came from, for errors: `line 8`, a flag; null where nobody knows. */
export type WhereInSpec = (path: SpecPath) => string | null

export interface SpecProblem {
  readonly path: SpecPath
  /** Follows the field's name. */
  readonly message: string
}

/** The first thing that a schema found wrong, and how many more there are. */
export function firstProblem({ issues }: z.ZodError): SpecProblem {
  const [first] = issues
  if (first === undefined) return { path: [], message: 'is no spec' }
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  const unknown = first.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : []
  const path = [...first.path, ...unknown].map(step => (typeof step === 'number' ? step : String(step)))
  return { path, message: `${first.message}${more}` }
}

/** A refusal (`usage`) that names the field, and, once `inFile` told, the file and the place. */
export class SpecRefusal extends LabError {
  readonly problem: SpecProblem

  constructor(problem: SpecProblem, place = '', origin = '') {
    const field = problem.path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i ? '.' : ''}${step}`)).join('')
    super('usage', `${origin}${field === '' ? 'spec' : field}${place}: ${problem.message}`)
    this.problem = problem
  }
}

/** What `work` gives; where it refuses a field, the refusal begins with `origin` (a file's name, a preset's) and has, by `where`, the field's place. */
export function inFile<T>(origin: string, where: WhereInSpec, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof SpecRefusal)) throw thrown
    const from = where(thrown.problem.path)
    throw new SpecRefusal(thrown.problem, from === null ? '' : ` (${from})`, `${origin}: `)
  }
}
