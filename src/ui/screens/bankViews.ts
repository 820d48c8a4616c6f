/** The views of the bank's screen. */
import type { BankView, ShelfView } from '../queries/bank.ts'
import type { DatasetView } from '../queries/data.ts'

export const BANK_VIEWS = ['generators', 'pairs', 'fidelity', 'make'] as const
export type BankViewName = (typeof BANK_VIEWS)[number]

/** What each view is given. */
export interface BankViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly dataset: DatasetView
  readonly bank: BankView
  /** The generator that is looked at. */
  readonly shelf: ShelfView
  readonly choose: (generator: string) => void
  readonly show: (view: BankViewName) => void
}
