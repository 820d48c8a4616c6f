/** Which comparisons a study makes. */
import type { ClassMix } from '../dataset/index.ts'
import { type ContrastSide, contrastList, type SpecContrasts, sidesOf } from './contrastSpec.ts'
import { mixesOf } from './mixture.ts'
import { policyName, type SpecPolicy } from './policies.ts'
import { controlName, type Scenario, scenariosOf, usesBank } from './scenario.ts'

/** A contrast of one model: the difference is `to` less `from`. */
export interface PlannedContrast {
  /** Contrasts of one family are corrected together: model and question, as `cnn: synthetic added`. */
  readonly family: string
  readonly model: string
  readonly question: string
  readonly from: ContrastSide
  readonly to: ContrastSide
}

/** What of a spec decides its contrasts. */
export interface Contrasting {
  readonly models: readonly string[]
  readonly policies: readonly SpecPolicy[]
  readonly scenarios: readonly Scenario[]
  readonly controls: boolean
  readonly contrasts: SpecContrasts
}

/**
 * The contrasts of a spec, model by model and question by question. `default` asks, with scenarios told apart by what they are and not by their
 * names:
 *
 * - `synthetic added`: under each policy, each scenario with synthetic images against that with the same real ones and no synthetic;
 * - `all classes against chosen`: under each policy, synthetic images of all classes against those of some, of the same generator and
 *   fractions, beside the same real ones;
 * - `policy`: in each scenario that is no control, each policy against `none`;
 * - `against the control`: under each policy, each scenario with synthetic images against its duplicated-real control: that of its name,
 *   `... control`, else the first of its mix.
 *
 * Scenarios are compared where `balance` and `stepsOf` are the same. A further control, which is another scenario of the spec but for one of these, is in
 * none of them: it is compared where that is declared.
 *
 * A contrast that two entries of the list ask for with one question is made once.
 *
 * @param classes the dataset's.
 * @throws LabError `usage` where a scenario names a class that there is not
 */
export function contrastsOf(spec: Contrasting, classes: readonly string[]): PlannedContrast[] {
  const asked = contrastList(spec.contrasts).flatMap(one =>
    one === 'default'
      ? usual(spec, classes).map(each => ({ ...each, models: spec.models }))
      : sidesOf(one, spec.policies).map(sides => ({ models: spec.models, ...one, ...sides })),
  )
  const questions = [...new Set(asked.map(one => one.question))]
  const planned = spec.models.flatMap(model =>
    questions.flatMap(question =>
      asked
        .filter(one => one.question === question && (one.models ?? spec.models).some(name => name === model))
        .map(({ from, to }) => ({ family: `${model}: ${question}`, model, question, from, to })),
    ),
  )
  return [...new Map(planned.map(one => [JSON.stringify(one), one])).values()]
}

interface Question {
  readonly question: string
  readonly from: ContrastSide
  readonly to: ContrastSide
}

/** A scenario with what it comes to for each class. */
interface Mixed {
  readonly scenario: Scenario
  readonly mixes: readonly ClassMix[]
  readonly kind: 'real' | 'synthetic' | 'control'
}

/** The same images as another of the spec's scenarios, weighed, copied or gone through in another way. */
function isFurtherControl(one: Mixed, all: readonly Mixed[]): boolean {
  const images = ({ scenario, mixes, kind }: Mixed) =>
    JSON.stringify([mixes, kind, kind === 'synthetic' ? scenario.generator : null])
  const isPlain = ({ scenario }: Mixed) => scenario.balance === undefined && scenario.stepsOf === undefined
  return !isPlain(one) && all.some(other => isPlain(other) && images(other) === images(one))
}

function usual(spec: Contrasting, classes: readonly string[]): Question[] {
  const policies = spec.policies.map(policyName)
  const every = scenariosOf(spec).map((scenario): Mixed => {
    const mixes = mixesOf(scenario, classes)
    const any = mixes.some(({ synthetic }) => synthetic > 0)
    return { scenario, mixes, kind: any ? (usesBank(scenario) ? 'synthetic' : 'control') : 'real' }
  })
  const all = every.filter(one => !isFurtherControl(one, every))
  const synthetic = all.filter(({ kind }) => kind === 'synthetic')
  /** Under each policy, two scenarios. */
  const pairs = (question: string, from: readonly Mixed[], to: Mixed): Question[] =>
    from.flatMap(one =>
      policies.map(policy => ({
        question,
        from: { policy, scenario: one.scenario.name },
        to: { policy, scenario: to.scenario.name },
      })),
    )
  const none = policies.filter(policy => policy === 'none')
  const others = policies.filter(policy => policy !== 'none')
  return [
    ...synthetic.flatMap(to =>
      pairs(
        'synthetic added',
        all.filter(from => from.kind === 'real' && sameReal(from, to) && sameTreatment(from, to)),
        to,
      ),
    ),
    ...synthetic
      .filter(to => to.mixes.every(mix => mix.synthetic > 0))
      .flatMap(to =>
        pairs(
          'all classes against chosen',
          synthetic.filter(from => isPartOf(from, to)),
          to,
        ),
      ),
    ...all
      .filter(({ kind }) => kind !== 'control')
      .flatMap(({ scenario: { name } }) =>
        none.flatMap(policy =>
          others.map(other => ({
            question: 'policy',
            from: { policy, scenario: name },
            to: { policy: other, scenario: name },
          })),
        ),
      ),
    ...synthetic.flatMap(to => pairs('against the control', controlOf(to, all), to)),
  ]
}

/** A scenario's control, none or one: that of its name, else the first of its mix. Controls of one mix are the same training: each would be the same question again. */
function controlOf(one: Mixed, all: readonly Mixed[]): Mixed[] {
  const mixes = JSON.stringify(one.mixes)
  const like = all.filter(
    other => other.kind === 'control' && JSON.stringify(other.mixes) === mixes && sameTreatment(other, one),
  )
  return like
    .filter(({ scenario }) => scenario.name === controlName(one.scenario))
    .concat(like)
    .slice(0, 1)
}

function sameReal(a: Mixed, b: Mixed): boolean {
  return a.mixes.every((mix, i) => mix.real === b.mixes[i]!.real)
}

function sameTreatment(a: Mixed, b: Mixed): boolean {
  return a.scenario.balance === b.scenario.balance && a.scenario.stepsOf === b.scenario.stepsOf
}

/** Whether `part` has the synthetic images of `whole` for some of the classes and for no others. */
function isPartOf(part: Mixed, whole: Mixed): boolean {
  const chosen = part.mixes.map(mix => mix.synthetic > 0)
  return (
    part.scenario.generator === whole.scenario.generator &&
    sameReal(part, whole) &&
    sameTreatment(part, whole) &&
    !chosen.every(Boolean) &&
    part.mixes.every((mix, i) => !chosen[i] || mix.synthetic === whole.mixes[i]!.synthetic)
  )
}
