/**
 * Copies between main memory and GPU buffers. onnxruntime-node can neither download a buffer that a tensor holds (its `getData` aborts the
 * process) nor make one from values, so both ways go through a program that returns its inputs: one whose outputs stay on the GPU, one whose
 * outputs come back.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Shape } from '../program.ts'
import { OnnxModel } from './model.ts'
import { gpuFault } from './webgpuFault.ts'

export type Place = 'cpu' | 'gpu-buffer'

/** Options of every session on the GPU; `resident` outputs stay in GPU buffers, all others come back. */
export function webgpuOptions(resident: readonly string[]): InferenceSession.SessionOptions {
  return {
    // Shapes are fixed, so buffers of exactly the size asked for come free again: no rounding up.
    executionProviders: [{ name: 'webgpu', storageBufferCacheMode: 'simple' }],
    preferredOutputLocation: Object.fromEntries(resident.map(name => [name, 'gpu-buffer' as const])),
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'extended',
    logSeverityLevel: 3,
  }
}

/** The model whose outputs `y0`, `y1` ... are its inputs `x0`, `x1` ... */
export function identityModel(shapes: readonly Shape[]): Uint8Array {
  const model = new OnnxModel()
  for (const [i, shape] of shapes.entries()) {
    model.publish(model.input({ name: `x${i}`, shape, element: 'float32' }), `y${i}`)
    model.output({ name: `y${i}`, shape, element: 'float32' })
  }
  return model.serialise('identity')
}

export class WebgpuTransfer {
  private readonly sessions = new Map<string, Promise<InferenceSession>>()

  /** The tensors, in main memory or on the GPU, copied to `place`. Whoever asks for them on the GPU disposes them. */
  async copy(tensors: readonly Tensor[], place: Place): Promise<Tensor[]> {
    if (tensors.length === 0) return []
    const session = await this.session(
      tensors.map(tensor => tensor.dims),
      place,
    )
    const results = await session.run(Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]))).catch(cause => {
      throw gpuFault(place === 'cpu' ? 'reading weights' : 'writing weights', cause)
    })
    return tensors.map((_, i) => results[`y${i}`]!)
  }

  /** Starts the GPU: onnxruntime keeps its device while a session lives, and a buffer that outlives the device ends the process. */
  async open(): Promise<void> {
    const [copy] = await this.copy([new Tensor('float32', Float32Array.of(1), [1])], 'gpu-buffer')
    copy!.dispose()
  }

  async release(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release()
    this.sessions.clear()
  }

  private session(shapes: readonly Shape[], place: Place): Promise<InferenceSession> {
    const key = `${place} ${shapes.map(shape => shape.join('x')).join(' ')}`
    let session = this.sessions.get(key)
    if (session === undefined) {
      const resident = place === 'cpu' ? [] : shapes.map((_, i) => `y${i}`)
      session = InferenceSession.create(identityModel(shapes), webgpuOptions(resident))
      this.sessions.set(key, session)
    }
    return session
  }
}
