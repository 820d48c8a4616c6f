/** Fields of a spec replaced one by one, as by the flags of `mri-lab run`. */
import { LabError } from '../shared/errors.ts'

/** Raw values: parsing the spec checks them. A field that is undefined is left as it is. */
export interface SpecOverrides {
  readonly name?: unknown
  readonly dataset?: unknown
  readonly split?: unknown
  readonly splits?: unknown
  readonly models?: unknown
  /** Names: of the lab's own policies, or of those that the spec writes out. */
  readonly policies?: readonly string[] | undefined
  /** Names of scenarios that the spec has, or `REAL/0` in per cent for one that it has not. */
  readonly scenarios?: readonly string[] | undefined
  readonly controls?: unknown
  readonly contrasts?: unknown
  readonly sources?: unknown
  readonly runs?: unknown
  readonly epochs?: unknown
  readonly patience?: unknown
  readonly batch?: unknown
  readonly microBatch?: unknown
  readonly optimizer?: unknown
  readonly learningRate?: unknown
  readonly size?: unknown
  readonly configuration?: unknown
  readonly weights?: unknown
  readonly fineTune?: unknown
  readonly seed?: unknown
}

/** The spec's JSON with `overrides` in place; `json` stays as it is. Throws `usage` for a scenario that nothing describes. */
export function applyOverrides(json: unknown, overrides: SpecOverrides, origin: string): Record<string, unknown> {
  if (!isObject(json)) throw new LabError('usage', `${origin}: not a spec: a JSON object is needed`)
  const { policies, scenarios, optimizer, learningRate, ...fields } = overrides
  const result: Record<string, unknown> = { ...json }
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) result[field] = value
  if (policies !== undefined) result.policies = policies.map(name => writtenOut(name, json.policies) ?? name)
  if (scenarios !== undefined) result.scenarios = scenarios.map(name => scenarioNamed(name, json.scenarios, origin))
  if (optimizer !== undefined || learningRate !== undefined) {
    const before = isObject(json.optimizer) ? json.optimizer : {}
    result.optimizer = {
      ...before,
      ...(optimizer === undefined ? {} : { name: optimizer }),
      ...(learningRate === undefined ? {} : { learningRate }),
    }
  }
  return result
}

/** The spec's own policy of this name. */
function writtenOut(name: string, known: unknown): unknown {
  return Array.isArray(known) ? known.filter(isObject).find(policy => policy.name === name) : undefined
}

function scenarioNamed(name: string, known: unknown, origin: string): unknown {
  const all = Array.isArray(known) ? known.filter(isObject) : []
  const same = all.find(scenario => scenario.name === name)
  if (same !== undefined) return same
  const percent = /^(\d+(?:\.\d+)?)\/0$/.exec(name)?.[1]
  if (percent !== undefined) return { name, real: Number(percent) / 100, synthetic: 0 }
  const names = all.map(scenario => `'${String(scenario.name)}'`).join(', ')
  throw new LabError('usage', `${origin}: no scenario '${name}'; give one of ${names || 'its own'}, or REAL/0 in per cent`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
