/** The engine's door. */
export { distance, type EngineReport, type EngineTrial, engineParts, examineEngines, fastest } from './auto.ts'
export {
  createEngine,
  type EngineRequest,
  type EngineStatus,
  listEngines,
  loweringOf,
  nodesOnCpu,
  probeEngine,
  resolveEngine,
  workersAllowed,
} from './choose.ts'
export { idleGpu, nvidiaGpus } from './nvidia.ts'
export { portableModel } from './onnx/portable.ts'
export { DeviceLostError } from './onnx/webgpuFault.ts'
export type * from './program.ts'
export { ENGINE_NAMES, runMany, sizeOf } from './program.ts'
