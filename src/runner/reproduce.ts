/** Trains a finished run again, in this process, and compares. Nothing is written. */
import { hash } from 'node:crypto'
import { type Dataset, hasOrderedClasses, imageMemory, splitDataset } from '../core/dataset/index.ts'
import { createEngine, type EngineIdentity, type EngineRequest } from '../core/engine/index.ts'
import { LabError } from '../core/shared/errors.ts'
import {
  bankPlace,
  type Comparison,
  compareRuns,
  readProvenance,
  runResult,
  type StoredProvenance,
  storedTask,
} from '../core/study/index.ts'
import { decodeGreyFile } from '../core/synthesis/greyFile.ts' // not by its door: it makes no images
import { type Epoch, Programs, trainRun } from '../core/training/index.ts'
import type { Store } from '../store/index.ts'

export interface ReproduceOptions {
  /** What trains, given what the run was trained with. */
  readonly engine: (stored: StoredProvenance['engine']) => EngineRequest
  readonly onEpoch: (epoch: Epoch, stored: number) => void
  /** Milliseconds, for durations only. */
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** What numbers depend on up to rounding. */
export interface Setting extends EngineIdentity {
  readonly node: string
  readonly platform: string
}

export interface Reproduction extends Comparison {
  readonly run: number
  readonly epochs: number
  /** What it was trained with, and what it was trained with again. */
  readonly setting: { readonly stored: Setting; readonly again: Setting }
  /** In which of these they differ. */
  readonly otherwise: readonly string[]
}

/**
 * @throws LabError `usage` where there is no such run, or it is not done; `data` where an image, or what was kept of the run, is not there any more;
 *   `unavailable` without its engine; `interrupted`
 */
export async function reproduceRun(store: Store, id: number, options: ReproduceOptions): Promise<Reproduction> {
  const run = store.runs.get(id)
  if (run === null) throw new LabError('usage', `no run ${id}; 'mri-lab runs' shows what there is`)
  if (run.result === null)
    throw new LabError('usage', `run ${id} is ${run.status}: only a run that is done can be trained again`)
  const provenance = readProvenance(store.provenance.of(id), `run ${id}`)
  const training = store.training.of(id)
  if (training === null) throw new LabError('data', `run ${id}: nobody knows which images it was trained on`)
  const dataset = datasetOf(store, provenance)
  const bank = [...new Set(Object.values(training).flatMap(({ bank: files = [] }) => files))]
  const images = dataset.images.filter(({ part }) => part === 'train' || part === 'validation')
  const { size } = provenance.settings
  const synthetic = bank.map(sha256 => decodeGreyFile(store.files.read(sha256, { verify: true })))
  const memory = imageMemory(store.files.read(dataset.pixels), images, size, synthetic)
  const places = new Map([...memory.index, ...bank.map((sha256, i) => [bankPlace({ sha256 }), images.length + i] as const)])
  const task = storedTask(provenance, training, dataset, place => places.get(place))
  const engine = await createEngine(options.engine(provenance.engine))
  const programs = new Programs(engine)
  try {
    const history = store.epochs.of(id)
    const { checkpoint, ...trained } = await trainRun(task, {
      programs,
      images: { bytes: new Uint8Array(memory.buffer), size },
      pretrained: sha256 => store.files.read(sha256, { verify: true }),
      clock: options.clock,
      onEpoch: epoch => options.onEpoch(epoch, history.length),
      stopped: () => options.signal.aborted,
    })
    const result = runResult(task, trained, hash('sha256', checkpoint, 'hex'), { ordered: hasOrderedClasses(dataset) })
    const setting = { stored: settingOf(provenance), again: hereWith(engine.identity) }
    const otherwise = differing(setting.stored, setting.again)
    const compared = compareRuns(
      { history, result: run.result },
      { history: trained.history, result },
      { sameSetting: otherwise.length === 0 },
    )
    return { run: id, epochs: trained.history.length, setting, otherwise, ...compared }
  } finally {
    await programs.release()
    await engine.release()
  }
}

/** The dataset under the run's split, which must be the one it was trained on. */
function datasetOf(store: Store, { dataset: { name, fingerprint, split } }: StoredProvenance): Dataset {
  const stored = store.datasets.get(name)
  if (stored === null) throw new LabError('data', `dataset ${name}, which the run was trained on, is not there any more`)
  if (stored.fingerprint === fingerprint) return stored
  const dataset = splitDataset(stored, split)
  if (dataset.fingerprint === fingerprint) return dataset
  throw new LabError('data', `dataset ${name} is not the one that the run was trained on: its fingerprint is another`)
}

function settingOf({ engine, node, platform }: StoredProvenance): Setting {
  const { device, threads, lowering, versions } = engine
  return { engine: engine.engine as EngineIdentity['engine'], device, threads, lowering, versions, node, platform }
}

function hereWith({ engine, device, threads, lowering, versions }: EngineIdentity): Setting {
  const platform = `${process.platform} ${process.arch}`
  return { engine, device, threads, lowering, versions, node: process.versions.node, platform }
}

/** The fields in which two settings differ, versions by package: `versions.onnxruntime`. */
function differing(stored: Setting, again: Setting): string[] {
  const fields = ['engine', 'device', 'threads', 'lowering', 'node', 'platform'] as const
  const names = new Set([...Object.keys(stored.versions), ...Object.keys(again.versions)])
  return [
    ...fields.filter(field => stored[field] !== again[field]),
    ...[...names].filter(name => stored.versions[name] !== again.versions[name]).map(name => `versions.${name}`),
  ]
}
