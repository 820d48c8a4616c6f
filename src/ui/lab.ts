/** What the screens are given: everything outside the terminal that they may look at or ask for. */
import { createContext, useContext } from 'react'
import type { EngineName } from '../core/engine/index.ts'
import type { ExplainRequest, Explanation, RandomisedMap, RunnerControl } from '../runner/index.ts'
import type { Store } from '../store/index.ts'
import type { Ask } from './asked/ask.ts'

export type { ExplainRequest, Explanation } from '../runner/index.ts'
export type { Ask, AskOptions } from './asked/ask.ts'

/** How busy a GPU is; null is not told. */
export interface GpuLoad {
  readonly name: string
  /** Share of its time, 0 to 1. */
  readonly busy: number | null
  /** Bytes of its memory. */
  readonly used: number | null
  readonly total: number | null
}

/** How busy the machine is. */
export interface MachineLoad {
  /** Share of its processors' time since the last look, 0 to 1; null where that was just now. */
  readonly processors: number | null
  /** Bytes of memory that cannot be had, and in all. */
  readonly used: number
  readonly total: number
  /** Its NVIDIA GPUs, as far as they are known yet. */
  readonly gpus: readonly GpuLoad[]
}

/** What a study would be trained with. */
export interface LabEngine {
  readonly name: EngineName
  /** As its maker calls it: speeds were measured on it. */
  readonly processor: string
  readonly threads: number
  readonly workers: number
}

export interface Lab {
  /** For reading. Screens write nothing but through `control`. Null where there is no database yet. */
  readonly store: Store | null
  readonly database: string
  readonly version: string
  /** What `--engine auto` stands for here; threads and workers are what is expected before a study's own are known. */
  readonly engine: LabEngine
  /** Colours that the terminal shows: 1 (none), 16, 256 or 2 ** 24. */
  readonly colours: number
  /** What is amiss on this machine, with what to do: a GPU that nothing uses; null where nothing is. */
  readonly advice: string | null
  readonly control: RunnerControl
  now(): Date
  /** Puts a text on the clipboard of the machine one sits at. Throws a LabError `failed` for one that terminals would cut. */
  copy(text: string): void
  /** Tells of something outside the lab's own window: a desktop notification, a bell. Null where nobody wants that. */
  readonly notify: ((text: string) => void) | null
  machine(): MachineLoad
  /** Adds the sample that ships; the database is made where there is none, and `store` is there afterwards. */
  addSample(): Promise<void>
  /** The lab's own program, in a process of its own: for what takes long. */
  readonly ask: Ask
  /** Grad-CAM, computed away from the screen's thread. */
  explain(request: ExplainRequest): Promise<Explanation>
  /** A draw of the randomisation check of what `explain` answers: see Explainer. */
  randomised(request: ExplainRequest, draw: number): Promise<RandomisedMap>
  /** What a run predicts for some of its validation images: see Explainer. */
  predictions(run: number, from: number, count: number): Promise<readonly string[]>
}

export const LabContext = createContext<Lab | null>(null)

export function useLab(): Lab {
  const lab = useContext(LabContext)
  if (lab === null) throw new Error('a screen was drawn outside the lab')
  return lab
}
