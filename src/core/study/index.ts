/** The study's door. */

export { growthProblem } from './growth.ts'
export { applyOverrides, type SpecOverrides } from './overrides.ts'
export { cellsOf, type EngineKey, type PlannedRun, planRuns, scenariosOf } from './plan.ts'
export { isPreset, PRESETS, preset, presetJson } from './presets.ts'
export type { Cell, ClassScore, Epoch, Run, RunResult, RunStatus, TrainingImages } from './run.ts'
export { RUN_STATUSES } from './run.ts'
export type { Scenario } from './scenario.ts'
export { runResult } from './score.ts'
export { MODELS, POLICIES, parseAnySpec, parseSpec, SPLITS, type Spec, specJson } from './spec.ts'
export { trainingTask } from './task.ts'
