/** The studies that a search is made of. Each is an ordinary one: its runs have keys, are stored, and are found again. */
import { hashOf } from '../../shared/random.ts'
import { parseSpec, type Spec, specJson } from '../spec.ts'
import type { Candidate } from './space.ts'
import type { Tuning } from './spec.ts'
import { BASELINE, type Search } from './spec.ts'

/** A learning rate and a batch. */
export interface Setting {
  readonly learningRate: number
  readonly batch: number
}

/** A study, and what its scenarios are scored as. */
export interface StudyOfSearch<T> {
  readonly spec: Spec
  /** What each of its scenarios, by name, stands for; the baseline is left out where it is what others are compared with. */
  readonly arms: ReadonlyMap<string, T>
}

/** Every pair of a learning rate and a batch; what is not tried is the spec's own. */
export function settingsOf({ base, model }: Search, tuning: Tuning): Setting[] {
  const rates = tuning.learningRate.length > 0 ? tuning.learningRate : [base.optimizer.learningRate[model]]
  const batches = tuning.batch.length > 0 ? tuning.batch : [base.batch[model]]
  return rates.flatMap(learningRate => batches.map(batch => ({ learningRate, batch })))
}

/** A study a setting, of the baseline alone. */
export function tuningStudies(search: Search, settings: readonly Setting[], runs: number): StudyOfSearch<Setting>[] {
  return settings.map(setting => {
    const name = `${search.base.name} tuning ${setting.learningRate} ${setting.batch}`
    const spec = whole({ ...withSetting(search, setting).base, name, scenarios: [BASELINE], runs })
    return { spec, arms: new Map([[BASELINE.name, setting]]) }
  })
}

/** The search with another learning rate and batch. */
export function withSetting(search: Search, { learningRate, batch }: Setting): Search {
  const { base, model } = search
  const optimizer = { ...base.optimizer, learningRate: { ...base.optimizer.learningRate, [model]: learningRate } }
  return { ...search, base: { ...base, optimizer, batch: { ...base.batch, [model]: batch } } }
}

/**
 * A round: candidates beside the baseline, in one study for each mixture of real images. An image of the bank may have other parents than its source, which must be
 * in the sample of every synthetic cell of a study (decision 8): with one mixture of real images that sample is the same whichever candidates are left,
 * so that a candidate's runs hold the same images, and keep their keys, from round to round.
 */
export function roundStudies(
  { base }: Search,
  candidates: readonly Candidate[],
  number: number,
  runs: number,
): StudyOfSearch<Candidate>[] {
  const groups = [...Map.groupBy(candidates, ({ real }) => JSON.stringify(real)).values()]
  return groups.map((group, i) => {
    const name = `${base.name} round ${number}${groups.length > 1 ? ` part ${i + 1}` : ''}`
    const spec = whole({ ...base, name, scenarios: [BASELINE, ...group], runs })
    return { spec, arms: new Map(group.map(one => [one.name, one])) }
  })
}

/** Baseline runs whose time tells how many runs some hours are. */
export function pilotStudy({ base }: Search): Spec {
  return whole({ ...base, name: `${base.name} pilot`, scenarios: [BASELINE], runs: PILOT_RUNS })
}
export const PILOT_RUNS = 2

/** The question under which both contrasts of the confirmation are corrected together. */
const CONFIRMATION = 'confirmation'

/** The winner, the baseline and the winner's control on seeds that the search has not used. */
export function confirmationStudy({ base, policy, confirm }: Search, winner: Candidate): Spec {
  const side = (scenario: string) => ({ policy, scenario })
  const contrast = (from: string) => ({ question: CONFIRMATION, from: side(from), to: side(winner.name) })
  return whole({
    ...base,
    name: `${base.name} confirmation`,
    scenarios: [BASELINE, winner],
    controls: true,
    contrasts: [contrast(BASELINE.name), contrast(`${winner.name} control`)],
    runs: confirm,
    seed: freshSeed(base.seed),
  })
}

/** Checked, and with its fields in the order in which a stored spec has them. */
function whole(spec: Spec): Spec {
  return parseSpec(specJson(spec), `study '${spec.name}'`)
}

/** All random streams begin with the seed: another one shares none with any run of the search. */
function freshSeed(seed: number): number {
  return Number.parseInt(hashOf(seed, 'search confirmation').slice(0, 8), 16)
}
