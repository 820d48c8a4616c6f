/** The study's door. */

export {
  type BankPlan,
  type BankSpec,
  type CompanionsOf,
  type GeneratorPlan,
  heldOutOf,
  NO_BANK,
  planBank,
} from './bankPlan.ts'
export type { Contrast, Contrasts } from './contrast.ts'
export { formatContrasts } from './contrastFormats.ts'
export { familiesOf, makeContrasts } from './contrastResults.ts'
export { conclusion, conclusions, scopeSentence } from './contrastSentence.ts'
export { contrastList } from './contrastSpec.ts'
export { contrastsOf, type PlannedContrast } from './contrasts.ts'
export { growthProblem, refuseChangedFields } from './growth.ts'
export { jsonPlaces, lineAt } from './jsonPlaces.ts'
export { type CurvePoint, type LearningCurve, learningCurves } from './learningCurve.ts'
export { METRIC_NAMES, METRICS, type Metric, type On, scoreOf, worstOf } from './metrics.ts'
export { evening, imagesOf, mixesOf, type TwinControl, twinControls } from './mixture.ts'
export { probability, significant } from './numberText.ts'
export { applyOverrides, type SpecOverrides } from './overrides.ts'
export { cellsOf, type EngineKey, type PlannedRun, planRuns } from './plan.ts'
export { POLICIES, policyName } from './policies.ts'
export { isPreset, PRESETS, preset, presetJson } from './presets.ts'
export { type DataCounts, dataCountsOf, type MeasuredPace, type Preview, previewOf } from './preview.ts'
export { publishedValue } from './published.ts'
export { type Comparison, compareRuns } from './reproduction.ts'
export type { Cell, ClassScore, Epoch, Run, RunResult, RunStatus, TestResult, TrainingImages } from './run.ts'
export { BALANCES, type Balance, largest, type Scenario, scenarioMarks, scenariosOf, usesBank } from './scenario.ts'
export { runResult, testResult } from './score.ts'
export { type ModelName, parseSpec, type Spec, specJson } from './spec.ts'
export { inFile, type WhereInSpec } from './specProblem.ts'
export {
  type Installed,
  modelMarks,
  type Pretrained,
  pretrainedOf,
  SCRATCH,
  withWeights,
} from './startingWeights.ts'
export { readProvenance, type StoredProvenance, storedTask } from './storedTask.ts'
export { formatTable, type TableFormat } from './tableFormats.ts'
export { NOT_FOR_DIAGNOSIS, ownMarks, tableNotes } from './tableNotes.ts'
export { makeTable, type Table, type TableCell, type TableRequest } from './tables.ts'
export { bankPlace, trainingTask } from './task.ts'
