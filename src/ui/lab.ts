/** What the screens are given: everything outside the terminal that they may look at or ask for. */
import { createContext, useContext } from 'react'
import type { ClassMap } from '../core/explain/index.ts'
import type { RunnerControl } from '../runner/index.ts'
import type { Store } from '../store/index.ts'

export interface Explanation {
  /** Height and width of the image in pixels. */
  readonly size: number
  /** The image at the model's size, row by row, 0 to 255. */
  readonly pixels: Uint8Array
  /** At the layer's size. */
  readonly map: ClassMap
  /** The map at the image's size, 0 to 1, row by row. */
  readonly drawn: Float32Array
  readonly class: string
  readonly layer: string
  readonly layers: readonly string[]
  /** By class name, in class order. */
  readonly probabilities: Readonly<Record<string, number>>
  /** What the image's label says. */
  readonly label: string
}

export interface ExplainRequest {
  readonly run: number
  /** Which of the run's validation images, from 0, in dataset order. */
  readonly image: number
  /** Default: the predicted class. */
  readonly class?: string
  /** Default: the model's own. */
  readonly layer?: string
}

export interface Lab {
  /** For reading. Screens write nothing but through `control`. Null where there is no database yet. */
  readonly store: Store | null
  readonly database: string
  readonly version: string
  /** What `--engine auto` stands for here. */
  readonly engine: { readonly name: string; readonly threads: number; readonly workers: number }
  readonly control: RunnerControl
  now(): Date
  /** Adds the sample that ships; the database is made where there is none, and `store` is there afterwards. */
  addSample(): Promise<void>
  /** Grad-CAM, computed away from the screen's thread. */
  explain(request: ExplainRequest): Promise<Explanation>
}

export const LabContext = createContext<Lab | null>(null)

export function useLab(): Lab {
  const lab = useContext(LabContext)
  if (lab === null) throw new Error('a screen was drawn outside the lab')
  return lab
}
