/** The engine's second door, for `engine install`: what optional parts there are, where they lie, what they lack. */
export { nvidiaGpus } from './nvidia.ts'
export {
  CUDA_FILES,
  CUDA_PACKAGE,
  cudaAbsence,
  cudaFolder,
  cudaUnsupported,
  missingLibraries,
  onnxruntimePackage,
} from './onnx/cudaFiles.ts'
export {
  findTensorflow,
  GPU_PACKAGE,
  TENSORFLOW_VERSION,
  tensorflowAbsence,
  tensorflowHome,
} from './tensorflowPackage.ts'
