/** What a generator that learns is given besides images: an engine, a place where models are kept, and somebody who listens. */
import type { Engine, EngineName } from '../engine/index.ts'

/** A model that was trained, or is being. */
export interface KeptModel {
  /** Steps taken, of `total`. */
  readonly step: number
  readonly total: number
  /** A safetensors file. */
  readonly bytes: Uint8Array
}

/** Models by key: a hash of everything that decides them. */
export interface ModelShelf {
  /** Null where there is none. Throws LabError `data` for a file that is missing or damaged. */
  find(key: string): KeptModel | null
  /** Keeps a model in place of an earlier one of the key, whole or not at all. */
  keep(key: string, model: KeptModel): void
}

export interface LearningContext {
  /** What decides an engine's numbers, known before it starts. */
  readonly engine: EngineName
  readonly lowering: string
  /** The engine; the same each time. Released by who gave it. */
  start(): Promise<Engine>
  readonly models: ModelShelf
  /** Is told how far the training is; resolves when others had their turn, so that Ctrl+C is heard. */
  readonly progress: (step: number, total: number, note: string) => Promise<void>
}
