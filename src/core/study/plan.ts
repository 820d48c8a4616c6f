/** Which runs a study consists of, in which order, and each run's key. */
import type { Dataset } from '../dataset/index.ts'
import type { EngineName } from '../engine/index.ts'
import { RECIPES } from '../models/recipes.ts'
import { hashOf } from '../shared/random.ts'
import { type BankPlan, NO_BANK } from './bankPlan.ts'
import { epochImagesOf, fixedSources, mixesOf } from './mixture.ts'
import { policyName, policyOfCell } from './policies.ts'
import type { Cell } from './run.ts'
import { scenariosOf } from './scenario.ts'
import { type ModelName, microBatchOf, type Spec } from './spec.ts'
import type { Pretrained } from './startingWeights.ts'

export interface PlannedRun {
  readonly key: string
  readonly cell: Cell & { readonly model: ModelName }
  readonly index: number
  readonly seed: number
}

/** What of the engine decides numbers up to rounding: part of every key. */
export interface EngineKey {
  readonly engine: EngineName
  readonly lowering: string
}

/** Scenario by scenario, policy by policy, model by model. */
export function cellsOf(spec: Spec): PlannedRun['cell'][] {
  return spec.models.flatMap(model =>
    scenariosOf(spec).flatMap(({ name }) =>
      spec.policies.map(policy => ({ model, policy: policyName(policy), scenario: name })),
    ),
  )
}

/**
 * All runs in the order they are trained: run 0 of every cell, then run 1 ..., so that early looks have every cell.
 *
 * @param splits the dataset under each of the spec's splits: run i of every cell stands on number i mod K.
 * @param bank which bank images they hold: part of their keys
 */
export function planRuns(
  spec: Spec,
  splits: readonly Dataset[],
  engine: EngineKey,
  pretrained: Pretrained = {},
  bank: BankPlan = NO_BANK,
): PlannedRun[] {
  const cells = cellsOf(spec)
  const keys = splits.map(split => new Map(cells.map(cell => [cell, cellKey(spec, split, engine, pretrained, cell)])))
  return Array.from({ length: spec.runs }, (_, index) =>
    cells.map(cell => {
      const images = bank.imagesOf(cell.scenario, index).flat()
      // A run without images of the bank keeps the key it had before there was one.
      const held = images.length === 0 ? [] : [hashOf(...images.map(image => image?.sha256 ?? 'missing'))]
      return { key: hashOf(keys[index % splits.length]!.get(cell)!, index, ...held), cell, index, seed: spec.seed }
    }),
  ).flat()
}

/**
 * Everything that decides the numbers of a cell's runs, but the index. A scenario counts by its name too, so that a run belongs to one
 * row of one table.
 */
function cellKey(spec: Spec, dataset: Dataset, engine: EngineKey, pretrained: Pretrained, cell: PlannedRun['cell']): string {
  const configuration = spec.configuration[cell.model]
  const weights = pretrained[cell.model]
  const { warmupEpochs } = RECIPES[cell.model]
  const scenarios = scenariosOf(spec)
  const scenario = scenarios.find(({ name }) => name === cell.scenario)!
  const { balance } = scenario
  const epochImages = epochImagesOf(scenario, scenarios, dataset)
  return hashOf(
    JSON.stringify({
      data: dataset.fingerprint,
      split: dataset.split,
      // What a model that starts from scratch at full size, or a plain scenario, does not have is left out: such runs of before keep their keys.
      model: {
        name: cell.model,
        size: spec.size[cell.model],
        ...(configuration && { configuration }),
        ...(weights && {
          weights: { sha256: weights.sha256, layout: weights.layout, mean: weights.mean, std: weights.std },
        }),
      },
      training: {
        optimizer: spec.optimizer.name,
        learningRate: spec.optimizer.learningRate[cell.model],
        batch: spec.batch[cell.model],
        ...microBatchOf(spec, cell.model),
        ...(warmupEpochs > 0 && { warmupEpochs }),
        epochs: spec.epochs[cell.model],
        patience: spec.patience,
        fineTune: spec.fineTune,
      },
      policy: policyOfCell(spec, cell),
      scenario: {
        name: scenario.name,
        generator: scenario.generator,
        mixes: mixesOf(scenario, dataset.classes),
        sources: spec.sources === 'fixed' ? fixedSources(scenarios, dataset) : spec.sources,
        ...(balance && { balance }),
        ...(epochImages !== undefined && { epochImages }),
      },
      seed: spec.seed,
      engine: engine.engine,
      lowering: engine.lowering,
    }),
  )
}
