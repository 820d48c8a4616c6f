/**
 * What `--engine auto` stands for on a machine: every engine that starts here takes the same real steps, and the fastest of those that agree with
 * the reference is taken. What the steps are, and how time is told, is given.
 */
import { messageOf } from '../shared/errors.ts'
import type { EngineStatus } from './choose.ts'
import { INSTALL_CUDA, idleGpu, type NvidiaGpu } from './nvidia.ts'
import { cudaAbsence, onnxruntimePackage } from './onnx/cudaFiles.ts'
import { LOWERING_VERSION } from './onnx/version.ts'
import type { Engine, EngineName } from './program.ts'
import { findTensorflow } from './tensorflowPackage.ts'

export interface EngineReport {
  readonly name: EngineName
  readonly available: boolean
  /** What it runs on; null where it does not run. */
  readonly device: string | null
  /** Why it does not run, or is not for use; null where nothing is to be said. */
  readonly reason: string | null
  /** Of the trial's step; null where not measured: the reference, and a GPU that the processor plays, would take minutes. */
  readonly stepMilliseconds: number | null
}

/** What each engine is tried with. */
export interface EngineTrial {
  /** Milliseconds of a step as users take them. */
  stepMilliseconds(engine: Engine): Promise<number>
  /** What a few small steps compute: losses, gradients. By name; the same on every engine but for rounding. */
  results(engine: Engine): Promise<Readonly<Record<string, Float32Array>>>
  /** Nodes of the measured step that a GPU engine leaves to the processor: each costs a way there and back in every step. */
  nodesOnCpu(engine: EngineName): Promise<readonly string[]>
}

export interface Examination {
  readonly engines: readonly EngineStatus[]
  readonly gpus: readonly NvidiaGpu[]
  readonly trial: EngineTrial
  start(engine: EngineName): Promise<Engine>
}

/** Of the results' length: rounding, TensorFloat-32 included, stays below it by far; a wrong kernel does not. */
const TOLERANCE = 0.01

/** Starts and tries every engine of the list, one after another. */
export async function examineEngines({ engines, gpus, trial, start }: Examination): Promise<EngineReport[]> {
  const reference = await start('reference')
  const expected = await trial.results(reference)
  await reference.release()
  const reports: EngineReport[] = []
  for (const status of engines) reports.push(await examine(status, expected, trial, start))
  return reports.map(report => {
    const told = report.name === 'onnx-cuda' && !report.available
    return told ? { ...report, reason: cudaReason(report.reason ?? '', gpus, reports) } : report
  })
}

/** Why there is no CUDA, in the light of whether there is a GPU for it and whether another engine uses that. */
function cudaReason(reason: string, gpus: readonly NvidiaGpu[], reports: readonly EngineReport[]): string {
  if (gpus.length === 0) return `no NVIDIA GPU is seen here; ${reason}`
  const idle = idleGpu(gpus, reports)
  if (idle === null) return reason
  return reason.includes(INSTALL_CUDA) ? idle : `${idle}; it is installed, but ${reason}`
}

async function examine(
  { name, available, reason, device, software }: EngineStatus,
  expected: Readonly<Record<string, Float32Array>>,
  trial: EngineTrial,
  start: Examination['start'],
): Promise<EngineReport> {
  const absent = (why: string | null): EngineReport => {
    return { name, available: false, device: null, reason: why, stepMilliseconds: null }
  }
  if (!available) return absent(reason)
  try {
    const engine = await start(name)
    try {
      const on = device ?? engine.identity.device
      const left = await trial.nodesOnCpu(name)
      const remarks = [
        reason,
        software ? 'played by the processor, for tests: auto does not take it' : null,
        left.length > 0 ? `leaves ${left.length} nodes to the processor: ${left.join(', ')}` : null,
      ].filter(remark => remark !== null)
      const told = remarks.length > 0 ? remarks.join('; ') : null
      const report = { name, available, device: on, reason: told, stepMilliseconds: null }
      if (name === 'reference' || software) return report
      if (engine.standIn !== undefined) return absent(engine.standIn)
      const far = distance(await trial.results(engine), expected)
      if (!(far <= TOLERANCE)) return absent(`its results are ${Math.round(100 * far)} % away from the reference's`)
      return { ...report, stepMilliseconds: await trial.stepMilliseconds(engine) }
    } finally {
      await engine.release()
    }
  } catch (error) {
    return absent(messageOf(error))
  }
}

/** The largest relative distance of two results of one name, by Euclid; NaN where a number is none, 1 where one is missing. */
export function distance(
  actual: Readonly<Record<string, Float32Array>>,
  expected: Readonly<Record<string, Float32Array>>,
): number {
  const lengthOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return Math.max(
    ...Object.entries(expected).map(([name, values]) => {
      const difference = values.map((value, i) => value - (actual[name]?.[i] ?? 0))
      return lengthOf(difference) / Math.max(lengthOf(values), 1e-12)
    }),
  )
}

/**
 * The fastest of the engines that were measured; the processor's where none was. On the processor each of `cores` workers takes steps of its own at the
 * same time, on a GPU one worker does.
 */
export function fastest(reports: readonly EngineReport[], cores: number): EngineName {
  const measured = reports.flatMap(({ name, available, stepMilliseconds }) =>
    available && stepMilliseconds !== null
      ? [{ name, milliseconds: name === 'onnx-cpu' ? stepMilliseconds / cores : stepMilliseconds }]
      : [],
  )
  return measured.sort((a, b) => a.milliseconds - b.milliseconds)[0]?.name ?? 'onnx-cpu'
}

/** Versions and optional parts: where these are as they were, so is what can be chosen. */
export function engineParts(): readonly (string | boolean | null)[] {
  const tensorflow = findTensorflow()
  return [
    LOWERING_VERSION,
    onnxruntimePackage().version,
    cudaAbsence() === null,
    tensorflow?.complete ? tensorflow.name : null,
  ]
}
