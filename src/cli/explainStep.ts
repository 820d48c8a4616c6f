/** Takes a model's training step apart: which nodes the engine makes of it, and how long each takes here. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onnxCpuEngine } from '../core/engine/onnx/cpu.ts' // not by its door: only this engine writes profiles
import { type NodeTime, readProfile } from '../core/engine/onnx/profile.ts'
import { type Configuration, initialWeights, modelNamed } from '../core/models/index.ts'
import { Programs, stateSpecs, takeStep } from '../core/training/index.ts'

export interface StepExplanation {
  readonly model: string
  readonly size: number
  readonly batch: number
  readonly threads: number
  /** The median step, with the profile's own cost. */
  readonly milliseconds: number
  readonly nodes: readonly NodeTime[]
}

export interface StepToExplain {
  readonly model: string
  readonly configuration?: Configuration | undefined
  readonly size: number
  readonly batch: number
  readonly threads: number
  readonly steps: number
}

/** Trains `steps` steps on made-up images. The profile goes through a temporary folder, which is removed. */
export async function explainStep(
  { model: name, configuration, size, batch, threads, steps }: StepToExplain,
  clock: () => number,
): Promise<StepExplanation> {
  const model = modelNamed(name, size, 4, { configuration })
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-profile-'))
  try {
    const engine = onnxCpuEngine({ threads, device: '', profilePrefix: join(folder, 'step') })
    const programs = new Programs(engine)
    const shape = { batch, microBatch: batch }
    const state = engine.createState(stateSpecs(model, shape), initialWeights(model, 1, 0))
    const pixels = Float32Array.from({ length: batch * size * size }, (_, i) => (i * 7919) % 256)
    const labels = Int32Array.from({ length: batch }, (_, i) => i % model.classes)
    const times: number[] = []
    for (let t = 1; t <= steps; t++) {
      const begun = clock()
      await takeStep(programs, model, state, { pixels, labels }, shape, { t, learningRate: 1e-3 })
      times.push(clock() - begun)
    }
    state.release()
    await programs.release() // onnxruntime writes the profile when its session ends
    const file = readdirSync(folder).find(each => each.endsWith('.json'))
    const nodes = file === undefined ? [] : readProfile(readFileSync(join(folder, file), 'utf8'))
    return { model: name, size, batch, threads, milliseconds: times.sort((a, b) => a - b)[times.length >> 1]!, nodes }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
