/** The engine's door. */
export { createEngine, DEFAULT_ENGINE, type EngineRequest, type EngineStatus, listEngines, resolveEngine } from './choose.ts'
export type * from './program.ts'
export { ENGINE_NAMES, sizeOf } from './program.ts'
