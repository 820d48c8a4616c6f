/** The study's door. */

export { growthProblem } from './growth.ts'
export { applyOverrides, type SpecOverrides } from './overrides.ts'
export { cellsOf, type EngineKey, type PlannedRun, planRuns, scenariosOf } from './plan.ts'
export { isPreset, PRESETS, preset, presetJson } from './presets.ts'
export { publishedValue } from './published.ts'
export type { Cell, ClassScore, Epoch, Run, RunResult, RunStatus, TrainingImages } from './run.ts'
export { largest, type Scenario } from './scenario.ts'
export { runResult } from './score.ts'
export { parseAnySpec, parseSpec, type Spec, specJson } from './spec.ts'
export { formatTable } from './tableFormats.ts'
export { METRICS, type Metric, makeTable, type Table, type TableRequest } from './tables.ts'
export { trainingTask } from './task.ts'
