/**
 * The traced engine on a GPU, by onnxruntime-node's WebGPU provider: Vulkan on Linux, no CUDA needed. One engine a process at a time may run: the
 * provider's sessions share one device, and two threads that use it at once end the process (seen in 1.30.0).
 */
import { createRequire } from 'node:module'
import { InferenceSession, type Tensor } from 'onnxruntime-node'
import { version_core } from '#tfjs'
import { LabError } from '../../shared/errors.ts'
import type { Arrays, Definition, Engine, EngineIdentity, EngineState, Program } from '../program.ts'
import { type LoweredModel, next } from './lower.ts'
import { feed } from './session.ts'
import { LOWERING_VERSION } from './version.ts'
import { gpuFault, said } from './webgpuFault.ts'
import { lowerForWebgpu } from './webgpuLowering.ts'
import { WebgpuState } from './webgpuState.ts'
import { WebgpuTransfer, webgpuOptions } from './webgpuTransfer.ts'

const require = createRequire(import.meta.url)

/** @param device the adapter's name, for provenance @throws LabError `unavailable` where the GPU does not start */
export async function onnxWebgpuEngine({ device }: { readonly device: string }): Promise<Engine> {
  const identity: EngineIdentity = {
    engine: 'onnx-webgpu',
    device,
    threads: 1,
    lowering: LOWERING_VERSION,
    versions: {
      onnxruntime: (require('onnxruntime-node/package.json') as { version: string }).version,
      tfjs: version_core,
    },
  }
  const transfer = new WebgpuTransfer()
  const states = new Set<WebgpuState>()
  try {
    await transfer.open()
  } catch (cause) {
    throw new LabError('unavailable', `engine onnx-webgpu: ${said(cause)}`, { cause })
  }
  return {
    identity,
    createState(specs, values) {
      const state = new WebgpuState(specs, values, transfer, () => states.delete(state))
      states.add(state)
      return state
    },
    async compile(definition: Definition): Promise<Program> {
      const lowered = lowerForWebgpu(definition)
      try {
        const session = await InferenceSession.create(lowered.bytes, webgpuOptions(lowered.stateOut.map(next)))
        return new WebgpuProgram(definition, lowered, session)
      } catch (cause) {
        throw new LabError('failed', `onnxruntime refused '${definition.name}': ${said(cause)}`, { cause })
      }
    },
    /** Buffers first: the device goes with its last session. */
    async release() {
      for (const state of [...states]) state.release()
      await transfer.release()
    },
  }
}

class WebgpuProgram implements Program {
  private readonly definition: Definition
  private readonly lowered: LoweredModel
  private readonly session: InferenceSession

  constructor(definition: Definition, lowered: LoweredModel, session: InferenceSession) {
    this.definition = definition
    this.lowered = lowered
    this.session = session
  }

  async run(state: EngineState, inputs: Arrays): Promise<Record<string, Float32Array | Int32Array>> {
    if (!(state instanceof WebgpuState)) throw new LabError('failed', 'this state belongs to another engine')
    const { stateIn, stateOut, inputs: inputNames, outputs } = this.lowered
    const given = Object.fromEntries(inputNames.map(name => [name, feed(name, inputs[name], this.definition.inputs)]))
    const resident = await state.inputs(stateIn)
    const results = await this.session.run({ ...resident, ...given }).catch(cause => {
      throw gpuFault(this.definition.name, cause)
    })
    state.take(Object.fromEntries(stateOut.map(name => [name, results[next(name)]! as Tensor])))
    return Object.fromEntries(
      Object.keys(outputs).map(name => [name, (results[name] as Tensor).data as Float32Array | Int32Array]),
    )
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}
