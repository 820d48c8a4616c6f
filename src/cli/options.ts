/** The kinds of options and arguments that commands are made of. Each checks what it reads and names the flag when it refuses. */
import { LabError } from '../core/shared/errors.ts'
import type { ArgumentDefinition, OptionDefinition } from './command.ts'
import { laterRelease } from './errors.ts'

type Parse<T> = OptionDefinition<T>['parse']

const option = <T>(placeholder: string, summary: string, parse: Parse<T>): OptionDefinition<T> => ({
  placeholder,
  summary,
  parse,
})

/** Any text but the empty one. */
export function text(placeholder: string, summary: string): OptionDefinition<string> {
  return option(placeholder, summary, filled)
}

/** A switch: given or not. */
export function toggle(summary: string): OptionDefinition<boolean> {
  return { placeholder: null, summary, parse: value => value === 'true' }
}

/** A switch with its opposite: `--controls`, `--no-controls`. */
export function eitherWay(summary: string): OptionDefinition<boolean> {
  return { ...toggle(summary), negatable: true }
}

/** One of some words; `later` are those of the contract that this release refuses. */
export function choice<const T extends string>(
  values: readonly T[],
  summary: string,
  later: readonly string[] = [],
): OptionDefinition<T> {
  return option(values.join('|'), summary, (given, flag) => {
    const known = values.find(value => value === given)
    if (known !== undefined) return known
    if (later.includes(given)) throw laterRelease(`${flag} ${given}`)
    throw new LabError('usage', `${flag}: '${given}' is none of ${values.join(', ')}`)
  })
}

/** A whole number in a range. */
export function whole(
  placeholder: string,
  summary: string,
  low = 0,
  high = Number.MAX_SAFE_INTEGER,
): OptionDefinition<number> {
  return option(placeholder, summary, (given, flag) => {
    const value = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= low && value <= high) return value
    const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`
    throw new LabError('usage', `${flag}: '${given}' is no whole number ${range}`)
  })
}

/** A share: 0 and less than 1. */
export function share(placeholder: string, summary: string): OptionDefinition<number> {
  return option(placeholder, summary, (given, flag) => {
    const value = given.trim() === '' ? Number.NaN : Number(given)
    if (value >= 0 && value < 1) return value
    throw new LabError('usage', `${flag}: '${given}' is no share from 0 to less than 1`)
  })
}

/** Words separated by commas. */
export function list(placeholder: string, summary: string): OptionDefinition<readonly string[]> {
  return option(placeholder, summary, (given, flag) => given.split(',').map(item => filled(item.trim(), flag)))
}

/** Three numbers, for red, green and blue. */
export function colours(placeholder: string, summary: string): OptionDefinition<readonly [number, number, number]> {
  return option(placeholder, summary, (given, flag) => {
    const [red, green, blue, ...rest] = given.split(',').map(item => (item.trim() === '' ? Number.NaN : Number(item)))
    const values = [red ?? Number.NaN, green ?? Number.NaN, blue ?? Number.NaN] as const
    if (rest.length === 0 && values.every(Number.isFinite)) return values
    throw new LabError('usage', `${flag}: '${given}' is not three numbers, as in 0.5,0.5,0.5`)
  })
}

/** `name=value` pairs separated by commas; no name twice. */
export function pairs(placeholder: string, summary: string): OptionDefinition<Readonly<Record<string, string>>> {
  return option(placeholder, summary, (given, flag) => {
    const found = new Map<string, string>()
    for (const pair of given.split(',')) {
      const at = pair.lastIndexOf('=')
      const name = pair.slice(0, at).trim()
      const value = pair.slice(at + 1).trim()
      if (at < 1 || name === '' || value === '')
        throw new LabError('usage', `${flag}: '${pair}' is not of the form name=value`)
      if (found.has(name)) throw new LabError('usage', `${flag}: '${name}' is given twice`)
      found.set(name, value)
    }
    return Object.fromEntries(found)
  })
}

/** A number, or numbers by model: `64`, `cnn=64,vit=224`. Their range is for the spec to check. */
export function byModel(placeholder: string, summary: string): OptionDefinition<number | Readonly<Record<string, number>>> {
  const number = (given: string, flag: string): number => {
    const value = given.trim() === '' ? Number.NaN : Number(given)
    if (Number.isFinite(value)) return value
    throw new LabError('usage', `${flag}: '${given}' is no number, nor of the form model=number,...`)
  }
  return option(placeholder, summary, (given, flag) => {
    if (!given.includes('=')) return number(given, flag)
    const models = Object.entries(pairs('', '').parse(given, flag))
    return Object.fromEntries(models.map(([model, value]) => [model, number(value, flag)]))
  })
}

/** `model.field=number` pairs separated by commas, as an object by model: `vit.depth=2,vit.width=64`. Fields and ranges are for the spec to check. */
export function configuration(
  placeholder: string,
  summary: string,
): OptionDefinition<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  return option(placeholder, summary, (given, flag) => {
    const byName: Record<string, Record<string, number>> = {}
    for (const [path, value] of Object.entries(pairs('', '').parse(given, flag))) {
      const [, model, field] = /^(\w+)\.(\w+)$/.exec(path) ?? []
      if (model === undefined || field === undefined || !Number.isFinite(Number(value)))
        throw new LabError('usage', `${flag}: '${path}=${value}' is not of the form model.field=number`)
      byName[model] = { ...byName[model], [field]: Number(value) }
    }
    return byName
  })
}

/** A word that must be there. */
export function argument(name: string, summary: string): ArgumentDefinition<string> {
  return { name, summary, required: true, variadic: false, parse: words => filled(words[0] ?? '', name) }
}

/** A word that may be left out. */
export function maybe(name: string, summary: string): ArgumentDefinition<string | undefined> {
  return {
    name,
    summary,
    required: false,
    variadic: false,
    parse: words => (words[0] === undefined ? undefined : filled(words[0], name)),
  }
}

/** One word or more. */
export function several(name: string, summary: string): ArgumentDefinition<readonly string[]> {
  return { name, summary, required: true, variadic: true, parse: words => words.map(word => filled(word, name)) }
}

/** A run's number. */
export function runArgument(summary: string): ArgumentDefinition<number> {
  return { ...argument('ID', summary), parse: ([word = ''], name) => whole('', '', 1).parse(word, name) }
}

/** Runs' numbers, none or more. */
export function runArguments(summary: string): ArgumentDefinition<readonly number[]> {
  const one = whole('', '', 1)
  return {
    name: 'RUN',
    summary,
    required: false,
    variadic: true,
    parse: (words, name) => words.map(word => one.parse(word, name)),
  }
}

function filled(given: string, flag: string): string {
  if (given === '') throw new LabError('usage', `${flag}: is empty`)
  return given
}
