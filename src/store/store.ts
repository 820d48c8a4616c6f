import { backupTo } from './backup.ts'
import { Bank } from './bank.ts'
import { BankCounts } from './bankCounts.ts'
import { Calibrations } from './calibrations.ts'
import { checkDatabase } from './check.ts'
import type { Connection } from './connection.ts'
import { Consents } from './consents.ts'
import { Datasets } from './datasets.ts'
import { Epochs } from './epochs.ts'
import { Evaluations } from './evaluations.ts'
import { ContentFiles } from './files.ts'
import { GeneratorModels } from './generatorModels.ts'
import { inconsistencies } from './invariants.ts'
import { Marks } from './marks.ts'
import { Notes } from './notes.ts'
import { Provenance } from './provenance.ts'
import { referencedFiles } from './references.ts'
import { Requests } from './requests.ts'
import { RunLabels } from './runLabels.ts'
import { RunLines } from './runLines.ts'
import { Runs } from './runs.ts'
import { Spending } from './spending.ts'
import { Studies } from './studies.ts'
import { Training } from './training.ts'
import { Weights } from './weights.ts'

/** What the lab remembers. One repository a table; only the runner writes runs and epochs. Close it when done. */
export class Store {
  /** Absolute path of the database. */
  readonly path: string
  readonly datasets: Datasets
  readonly studies: Studies
  readonly runs: Runs
  /** Runs as lists show them. */
  readonly runLines: RunLines
  /** Pins and tags. */
  readonly runLabels: RunLabels
  readonly epochs: Epochs
  readonly training: Training
  readonly provenance: Provenance
  readonly notes: Notes
  readonly requests: Requests
  readonly calibrations: Calibrations
  readonly weights: Weights
  /** Synthetic images. */
  readonly bank: Bank
  readonly bankCounts: BankCounts
  /** Networks of generators that learn. */
  readonly generatorModels: GeneratorModels
  readonly marks: Marks
  readonly evaluations: Evaluations
  /** Requests to services, and what they cost. */
  readonly spending: Spending
  readonly consents: Consents
  /** Pixels and weights, beside the database. */
  readonly files: ContentFiles
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    this.path = connection.path
    this.datasets = new Datasets(connection)
    this.studies = new Studies(connection)
    this.runs = new Runs(connection)
    this.runLines = new RunLines(connection)
    this.runLabels = new RunLabels(connection)
    this.epochs = new Epochs(connection)
    this.training = new Training(connection)
    this.provenance = new Provenance(connection)
    this.notes = new Notes(connection)
    this.requests = new Requests(connection)
    this.calibrations = new Calibrations(connection)
    this.weights = new Weights(connection)
    this.bank = new Bank(connection)
    this.bankCounts = new BankCounts(connection)
    this.generatorModels = new GeneratorModels(connection)
    this.marks = new Marks(connection)
    this.evaluations = new Evaluations(connection)
    this.spending = new Spending(connection)
    this.consents = new Consents(connection)
    this.files = new ContentFiles(connection.path)
  }

  /** Runs several operations in one immediate transaction: all are kept, or, if `work` throws, none. Synchronous only. */
  atomically<T>(work: () => T): T {
    return this.#connection.atomically(work)
  }

  /** Runs several reads on one snapshot. Synchronous only. */
  together<T>(work: () => T): T {
    return this.#connection.together(work)
  }

  /** Changes whenever another connection commits; a follower polls it (microseconds) and reads again when it differs. */
  dataVersion(): number {
    return Number(this.#connection.pragma('data_version'))
  }

  /**
   * What is wrong with the database and its files, one line each; empty when nothing is. `verify` reads every file and
   * compares it with its name.
   */
  check(options: { readonly verify?: boolean } = {}): string[] {
    const { verify = false } = options
    return checkDatabase(this.#connection, this.files, verify)
  }

  /** What the lab promises of its rows and does not hold, one line each: slower than `check`, and only for a database that this finds whole. */
  inconsistencies(): string[] {
    return inconsistencies(this)
  }

  /**
   * Writes a snapshot of the database to `file`, and of its pixels and weights to `file`.files. Others may go on writing. `onFile` hears of each content
   * file; returns how many there are.
   * Throws a LabError `usage` when `file` exists, `failed` when it can't be written, `data` when a file it needs is missing.
   */
  backup(file: string, onFile?: (done: number, total: number) => void): number {
    return backupTo(this.path, this.files, file, onFile)
  }

  /** The SHA-256 of every file that a dataset, a run or installed weights need. */
  referencedFiles(): string[] {
    return referencedFiles(this.#connection)
  }

  close(): void {
    this.#connection.close()
  }
}
