/** The views of the data's screen. */
import type { DatasetView } from '../queries/data.ts'

export const DATA_VIEWS = ['counts', 'gallery', 'audit', 'augmentation'] as const
export type DataViewName = (typeof DATA_VIEWS)[number]

/** What each view is given. */
export interface DataViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly dataset: DatasetView
  /** The image that was looked at last, by its place in the dataset: the gallery sets it, the augmentation shows it. */
  readonly image: number
  readonly setImage: (image: number) => void
  readonly show: (view: DataViewName) => void
}
