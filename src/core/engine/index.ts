/** The engine's door. */
export { createEngine, type EngineRequest, type EngineStatus, listEngines, loweringOf, resolveEngine } from './choose.ts'
export type * from './program.ts'
export { ENGINE_NAMES, runMany, sizeOf } from './program.ts'
