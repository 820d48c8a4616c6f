/** Which nodes of a program the WebGPU provider leaves to the processor. */
import { LabError } from '../../shared/errors.ts'
import type { Definition } from '../program.ts'
import { lowerForWebgpu } from './webgpuLowering.ts'
import { probeWebgpu, tryInChild } from './webgpuProbe.ts'

/**
 * The nodes of a definition's program that have no WebGPU kernel, so that the processor computes them in every step, as `Type (name)`; none is
 * the aim. @throws LabError `unavailable` where there is no GPU, `failed` where onnxruntime refuses the program
 */
export function nodesOnCpu(definition: Definition): string[] {
  const { reason } = probeWebgpu()
  if (reason !== null) throw new LabError('unavailable', `engine onnx-webgpu: ${reason}`)
  const { answer, log, died } = tryInChild(lowerForWebgpu(definition).bytes)
  const trouble = died ?? answer
  if (trouble !== null) throw new LabError('failed', `onnxruntime refused '${definition.name}': ${trouble}`)
  return placedOnCpu(log)
}

/** What onnxruntime's verbose log says of placements. @throws LabError `failed` where it says nothing: its words have changed */
export function placedOnCpu(log: string): string[] {
  const lines = [...log.matchAll(/VerifyEachNodeIsAssignedToAnEp\] +(.*)/g)].map(([, text]) => text!.trim())
  if (!lines.some(line => /placed on \[/.test(line))) throw new LabError('failed', "onnxruntime's log names no placements")
  let onCpu = false
  const nodes: string[] = []
  for (const line of lines) {
    const provider = /placed on \[(\w+)\]/.exec(line)?.[1]
    if (provider !== undefined) onCpu = provider === 'CPUExecutionProvider'
    else if (onCpu && /^\w+ \(.*\)$/.test(line)) nodes.push(line)
  }
  return nodes
}
