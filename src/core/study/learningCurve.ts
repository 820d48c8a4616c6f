/** How a measure falls or rises with the number of real training images: the cells of real images alone, by their fraction. */
import { policyName, type SpecPolicy } from './policies.ts'
import { largest, type Scenario, scenariosOf } from './scenario.ts'
import type { Table, TableCell } from './tables.ts'

export interface CurvePoint {
  readonly scenario: Scenario
  /** Of each class's own full count, above 0 to 1. */
  readonly fraction: number
  readonly cell: TableCell
}

/** One line: a model under a policy. */
export interface LearningCurve {
  readonly model: string
  readonly policy: string
  /** By fraction, each once. */
  readonly points: readonly CurvePoint[]
}

/** Below this there is a difference, and no curve. */
const LEAST_POINTS = 3

/**
 * The learning curves of a table, by model and then policy; none where fewer than three fractions of real images stand in the spec.
 * Scenarios are told by what they are: the same fraction of every class, no synthetic images, no further control (`balance`, `stepsOf`). Of two of the same
 * fraction the first counts.
 *
 * @param classes the dataset's
 */
export function learningCurves(
  spec: {
    readonly policies: readonly SpecPolicy[]
    readonly scenarios: readonly Scenario[]
    readonly controls: boolean
  },
  classes: readonly string[],
  table: Table,
): LearningCurve[] {
  const alone = scenariosOf(spec).flatMap(scenario => {
    const fraction = realAlone(scenario, classes)
    return fraction === null ? [] : [{ scenario, fraction }]
  })
  const ordered = [...new Map(alone.toReversed().map(one => [one.fraction, one])).values()].sort(
    (a, b) => a.fraction - b.fraction,
  )
  if (ordered.length < LEAST_POINTS) return []
  const models = [...new Set(table.rows.map(({ model }) => model))]
  return models.flatMap(model =>
    spec.policies.map(policyName).map(policy => ({
      model,
      policy,
      points: ordered.flatMap(point => {
        const row = table.rows.find(one => one.model === model && one.scenario === point.scenario.name)
        const cell = row?.cells.find(one => one.policy === policy)
        return cell === undefined ? [] : [{ ...point, cell }]
      }),
    })),
  )
}

/** The fraction of a scenario of real images alone, the same of all classes; null for any other. */
function realAlone({ real, synthetic, balance, stepsOf }: Scenario, classes: readonly string[]): number | null {
  if (largest(synthetic) > 0 || balance !== undefined || stepsOf !== undefined) return null
  const fractions = typeof real === 'number' ? [real] : classes.map(name => real[name] ?? 0)
  const first = fractions[0] ?? 0
  return first > 0 && fractions.every(each => each === first) ? first : null
}
