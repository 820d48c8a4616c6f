/** What is wrong with a value of a spec, in words that follow its name: zod's own speak of types. */
import type { z } from 'zod'

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const NO_FIELD_HERE = 'is no field of a spec here'

/** Undefined leaves an issue to zod's words. */
export function specWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing'
    const type = TYPES[issue.expected]
    return type === undefined ? undefined : `must be ${type}, not ${shown(issue.input)}`
  }
  if (issue.code === 'invalid_value') {
    if (issue.input === undefined) return 'is missing'
    return `must be ${issue.values.map(value => JSON.stringify(value)).join(' or ')}, not ${shown(issue.input)}`
  }
  if (issue.code === 'too_small') return amount(issue.origin, 'at least', issue.inclusive === false, issue.minimum)
  if (issue.code === 'too_big') return amount(issue.origin, 'at most', issue.inclusive === false, issue.maximum)
  if (issue.code === 'unrecognized_keys') return issue.path?.length ? NO_FIELD_HERE : 'is no field of a spec'
  return undefined
}

/** Of a field that takes a number for all models, or an object. Undefined leaves an issue to `specWords`. */
export function byModelWords(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' ? `must be a number, or numbers by model, not ${shown(issue.input)}` : undefined
}

/** Makes what a schema inside another found wrong in a value, parsed with `specWords`, the outer one's own issues, each at its place. */
export function passOn({ issues }: z.ZodError, { value, issues: own }: z.core.ParsePayload): void {
  for (const issue of issues) {
    const unknown = issue.code === 'unrecognized_keys'
    const path = unknown ? [...issue.path, ...issue.keys.slice(0, 1)] : [...issue.path]
    own.push({ code: 'custom', input: value, path, message: unknown ? NO_FIELD_HERE : issue.message })
  }
}

function amount(origin: string, bound: 'at least' | 'at most', strict: boolean, limit: number | bigint): string {
  if (origin === 'string' || origin === 'array' || origin === 'set') {
    if (bound === 'at least' && limit === 1) return 'must not be empty'
    return `must have ${bound} ${limit} ${origin === 'string' ? 'characters' : 'items'}`
  }
  return strict ? `must be ${bound === 'at least' ? 'above' : 'below'} ${limit}` : `must be ${bound} ${limit}`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
