/** Everything needed to make a run's numbers again, kept with it. */
import type { EngineIdentity } from '../core/engine/index.ts'
import { type Cell, scenariosOf } from '../core/study/index.ts'
import type { TrainedRun, TrainingTask } from '../core/training/index.ts'
import type { Layout } from '../store/index.ts'
import type { PreparedStudy } from './prepare.ts'

export function runProvenance(
  { spec, dataset }: PreparedStudy,
  cell: Cell,
  task: TrainingTask,
  engine: EngineIdentity,
  trained: Pick<TrainedRun, 'seconds' | 'dataSeconds'>,
  { version, layout }: { readonly version: string; readonly layout: Layout },
): object {
  const { train: _train, validation: _validation, ...settings } = task
  return {
    version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    engine,
    workers: layout.workers,
    dataset: {
      name: dataset.name,
      fingerprint: dataset.fingerprint,
      split: dataset.split,
      ...(dataset.groups === undefined ? {} : { groups: dataset.groups }),
      ...(dataset.phantom ? { phantom: true } : {}),
      simulatedLabels: dataset.simulatedLabels,
    },
    settings: { ...settings, optimizer: spec.optimizer.name },
    scenario: scenariosOf(spec).find(scenario => scenario.name === cell.scenario),
    sources: spec.sources,
    validationImages: task.validation.length,
    seconds: trained.seconds,
    dataSeconds: trained.dataSeconds,
    // The share of its time that the engine waited for data.
    dataWait: trained.dataSeconds / Math.max(trained.seconds, 1e-9),
  }
}
