/** A trained model on an engine: a run's, or that of a weights file. */
import { readFileSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { resolve } from 'node:path'
import { createEngine, resolveEngine } from '../core/engine/index.ts'
import { type TrainedModel, trainedModel } from '../core/explain/index.ts'
import {
  type Checkpoint,
  cnnSizeOf,
  foreignCheckpoint,
  type ModelName,
  modelNamed,
  RECIPES,
  readCheckpoint,
} from '../core/models/index.ts'
import { startsFromWeights } from '../core/models/weights/layouts.ts' // not by its door: the names alone
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { graphFolder } from '../store/index.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noRun } from './missing.ts'

/** A trained model whose engine is let go of when done. */
export interface StartedModel extends TrainedModel {
  release(): Promise<void>
}

/** What a run left: its model's name, classes and weights. */
export interface RunWeights {
  readonly name: string
  readonly classes: readonly string[]
  /** The safetensors file. */
  readonly bytes: Uint8Array
  /** Names them in errors. */
  readonly origin: string
  /** The run's key: what decided its numbers. */
  readonly key: string
}

/** Throws `usage` where there is no such run or it has no weights yet, `data` where its weights are missing or damaged. */
export async function weightsOfRun(context: Context, id: number): Promise<RunWeights> {
  const found = await readLab(context, null, store => {
    const run = store.runs.get(id)
    if (run === null) return null
    if (run.result === null) throw new LabError('usage', `run ${id} is ${run.status}: only a run that is done has weights`)
    const bytes = store.files.read(run.result.weights, { verify: true })
    const classes = run.result.perClass.map(score => score.class)
    return { name: run.cell.model, classes, bytes, origin: `weights of run ${id}`, key: run.key }
  })
  if (found === null) throw noRun(id)
  return found
}

/** As weightsOfRun. */
export async function modelOfRun(context: Context, id: number): Promise<StartedModel> {
  const { name, bytes, classes, origin } = await weightsOfRun(context, id)
  return start(context, name, readCheckpoint(bytes, origin), classes, origin)
}

/** Classes are named as the file's metadata says, else `0`, `1`, ... Throws `data` where it does not fit the model. */
export async function modelOfFile(context: Context, name: ModelName, file: string): Promise<StartedModel> {
  let bytes: Buffer
  try {
    bytes = readFileSync(resolve(context.cwd, file))
  } catch (error) {
    throw new LabError('data', `${file}: cannot be read: ${reasonOf(error)}`, { cause: error })
  }
  const own = readCheckpoint(bytes, file)
  if (own.model !== null && own.model !== name)
    throw new LabError('data', `${file}: holds the weights of '${own.model}', not of ${name}`)
  const foreign = own.model === null && startsFromWeights(name)
  const sized = { ...own, size: own.size ?? (name === 'cnn' ? cnnSizeOf(own.shapes) : null) }
  const checkpoint = foreign ? foreignCheckpoint(bytes, name, file) : sized
  const [head = ''] = modelNamed(name, checkpoint.size ?? RECIPES[name].size, 2, checkpoint).head
  const count = checkpoint.shapes[head]?.[0] ?? checkpoint.classes?.length ?? 0
  if (count < 1) throw new LabError('data', `${file}: lacks ${name}'s tensor '${head}'`)
  const numbers = Array.from({ length: count }, (_, i) => String(i))
  return start(context, name, checkpoint, checkpoint.classes ?? numbers, file)
}

async function start(
  context: Context,
  name: string,
  checkpoint: Checkpoint,
  classes: readonly string[],
  origin: string,
): Promise<StartedModel> {
  const engine = await createEngine({
    engine: resolveEngine(context.settings.engine),
    threads: context.settings.threads ?? 1,
    device: cpus()[0]?.model.trim() ?? 'CPU',
    cache: graphFolder(context.env, homedir()),
  })
  const trained = trainedModel(engine, name, checkpoint, classes, origin)
  const release = async () => {
    await trained.release()
    await engine.release()
  }
  return { ...trained, release }
}
