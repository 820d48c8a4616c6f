/** The candidates of a search. */
import { hashOf } from '../../shared/random.ts'
import { mixesOf } from '../mixture.ts'
import { type Fraction, largest, type Scenario } from '../scenario.ts'
import { type SpecPath, SpecRefusal } from '../specProblem.ts'
import { BASELINE, type SearchSpace, type Tried } from './spec.ts'

/** A scenario with synthetic images. */
export type Candidate = Scenario & { readonly generator: string }

/** Of one name each, and no two that come to the same mixture; a scenario's own limit is 60, and its control's name is longer by eight. */
const LONGEST = 50
/** More than this is no search that anybody waits for. */
const MOST = 10_000

/**
 * Every scenario of the space, in its order: fewest classes first. Where it has more than `space.candidates`, as many of them, drawn by `seed`.
 *
 * @param classes the dataset's
 * @throws SpecRefusal for a class that there is not, where there is nothing to choose from, and where there is too much
 */
export function candidatesOf(
  space: SearchSpace,
  classes: readonly string[],
  seed: number,
): { candidates: Candidate[]; of: number } {
  refuseUnknown(space, classes)
  const synthetic = syntheticOf(space, classes)
  const real = realOf(space.real, classes)
  const count = synthetic.length * real.length * space.generators.length
  if (count > MOST) throw refused(['search'], `${count} candidates are too many: give fewer fractions or classes`)
  const all = synthetic.flatMap(added =>
    real.flatMap(kept => space.generators.map(generator => ({ ...added, real: kept, generator }))),
  )
  const distinct = new Map<string, Candidate>()
  for (const made of all) {
    const scenario: Candidate = { ...made, name: nameOf(made, classes, space.generators.length > 1) }
    const mixes = mixesOf(scenario, classes)
    const key = JSON.stringify([mixes, made.generator])
    if (mixes.some(mix => mix.synthetic > 0) && !distinct.has(key)) distinct.set(key, scenario)
  }
  const found = [...distinct.values()]
  if (found.length === 0) throw refused(['search'], 'no candidate has synthetic images')
  return { candidates: drawn(found, space.candidates ?? found.length, seed), of: found.length }
}

/** Names the first class of the space that there is not. */
function refuseUnknown({ classes: sets, synthetic, real }: SearchSpace, classes: readonly string[]): void {
  const listed =
    typeof sets === 'string' ? [] : sets.flatMap((set, i) => set.map((name, j) => ({ name, path: ['classes', i, j] })))
  const keys = (field: string, tried: Tried) =>
    isList(tried) ? [] : Object.keys(tried).map(name => ({ name, path: [field, name] }))
  for (const { name, path } of [...listed, ...keys('synthetic', synthetic), ...keys('real', real)]) {
    if (classes.includes(name)) continue
    throw refused(['search', ...path], `there is no class '${name}'; there are ${classes.join(', ')}`)
  }
}

function refused(path: SpecPath, message: string): SpecRefusal {
  return new SpecRefusal({ path, message })
}

/** In the order of the space. */
function drawn(all: readonly Candidate[], count: number, seed: number): Candidate[] {
  if (count >= all.length) return [...all]
  const place = new Map(all.map(one => [one, hashOf(seed, 'search candidate', one.name)]))
  const chosen = new Set(all.toSorted((a, b) => (place.get(a)! < place.get(b)! ? -1 : 1)).slice(0, count))
  return all.filter(one => chosen.has(one))
}

function syntheticOf(
  { classes: chosen, synthetic }: SearchSpace,
  classes: readonly string[],
): Pick<Scenario, 'synthetic' | 'classes'>[] {
  if (!isList(synthetic)) {
    return products(synthetic)
      .filter(by => largest(by) > 0)
      .map(by => ({ synthetic: by, classes: null }))
  }
  const sets =
    chosen === 'subsets' ? subsets(classes) : chosen === 'each' ? [...classes.map(name => [name]), [...classes]] : chosen
  return sets.flatMap(set =>
    synthetic
      .filter(fraction => fraction > 0)
      .map(fraction => ({ synthetic: fraction, classes: new Set(set).size === classes.length ? null : [...set] })),
  )
}

/** A class that is not named keeps all of its images. */
function realOf(real: Tried, classes: readonly string[]): Fraction[] {
  if (isList(real)) return [...real]
  const whole = Object.fromEntries(classes.map(name => [name, 1]))
  return products(real).map(by => ({ ...whole, ...by }))
}

/** One fraction for each class, in every way. */
function products(tried: Readonly<Record<string, readonly number[]>>): Record<string, number>[] {
  let all: Record<string, number>[] = [{}]
  for (const [name, fractions] of Object.entries(tried)) {
    if (all.length * fractions.length > MOST)
      throw refused(['search'], 'too many candidates: give fewer fractions or classes')
    all = all.flatMap(chosen => fractions.map(fraction => ({ ...chosen, [name]: fraction })))
  }
  return all
}

/** Every set of one class or more, smaller ones first. */
function subsets(classes: readonly string[]): string[][] {
  if (classes.length > 12)
    throw refused(['search', 'classes'], `${classes.length} classes have too many sets: name those to try`)
  const all = Array.from({ length: 2 ** classes.length - 1 }, (_, i) => classes.filter((_, at) => ((i + 1) >> at) & 1))
  return all.toSorted((a, b) => a.length - b.length)
}

/** `100/20 MildDemented+ModerateDemented`, `100/0.2-0.4 ...` cut where it is long, then told apart by a hash. */
function nameOf(made: Omit<Candidate, 'name'>, classes: readonly string[], several: boolean): string {
  const { real, synthetic, generator } = made
  const by = typeof synthetic === 'number' ? '' : ` ${fractionsText(synthetic)}`
  const set = typeof synthetic === 'number' ? ` ${made.classes === null ? 'all' : made.classes.join('+')}` : ''
  const kept = typeof real === 'number' ? percent(real) : fractionsText(real)
  const added = typeof synthetic === 'number' ? percent(synthetic) : ''
  const name = `${kept}/${added}${by.trimStart()}${set}${several ? ` ${generator}` : ''}`
  if (name.length <= LONGEST && name !== BASELINE.name) return name
  return `${name.slice(0, LONGEST - 10).trimEnd()} #${hashOf(JSON.stringify([made, classes])).slice(0, 8)}`
}

function fractionsText(by: Readonly<Record<string, number>>): string {
  return Object.entries(by)
    .filter(([, fraction]) => fraction > 0)
    .map(([name, fraction]) => `${name} ${percent(fraction)}`)
    .join('+')
}

function percent(fraction: number): string {
  return String(Number((100 * fraction).toPrecision(6)))
}

function isList(tried: Tried): tried is readonly number[] {
  return Array.isArray(tried)
}
