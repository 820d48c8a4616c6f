import type { Dataset } from '../core/dataset/index.ts'
import type { ReportContent } from '../core/report/index.ts'
import type { BankImage } from '../core/synthesis/index.ts'

export interface StoredImage extends BankImage {
  readonly file: Uint8Array
}

/** What the database holds of a study for its report. */
export interface StoredStudy {
  readonly content: Omit<ReportContent, 'audit' | 'warnings' | 'pictures' | 'bank'>
  /** Under the first split. */
  readonly dataset: Dataset
  /** Its pixel file. */
  readonly pack: Uint8Array
  /** By generator, with the pixels. */
  readonly bank: ReadonlyMap<string, readonly StoredImage[]>
}
