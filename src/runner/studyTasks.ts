/** The images of a study as its trainers hold them in memory, and the tasks of its runs, which name them by place. */
import { type BankPlan, bankPlace, NO_BANK, type PlannedRun, planRuns, type Run, trainingTask } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import { bankPlanOf } from './bank.ts'
import type { TrainerSetup } from './messages.ts'
import { type PreparedStudy, splitOfRun } from './prepare.ts'
import { trainedImages } from './trainedImages.ts'

export class StudyTasks {
  private readonly study: PreparedStudy
  private readonly bank: BankPlan
  /** SHA-256 of the bank images that its runs hold, in the order of the trainer's memory. */
  private readonly bankFiles: readonly string[]
  private readonly places: ReadonlyMap<string, number>
  /** Keys of the runs with the bank as it is now; empty for a study without images of it. */
  private readonly keys: ReadonlySet<string>

  constructor(store: Store, study: PreparedStudy) {
    this.study = study
    const { spec, splits, engine, pretrained } = study
    this.bank = bankPlanOf(store, spec, splits)
    const planned = this.bank === NO_BANK ? [] : planRuns(spec, splits, engine, pretrained, this.bank)
    this.keys = new Set(planned.map(({ key }) => key))
    const held = this.bank.generators.flatMap(({ present }) => present)
    this.bankFiles = [...new Set(held.map(({ sha256 }) => sha256))]
    const inMemory = [...trainedImages(splits).map(({ id }) => id), ...this.bankFiles.map(sha256 => bankPlace({ sha256 }))]
    this.places = new Map(inMemory.map((id, place) => [id, place]))
  }

  /** What of a trainer's setup the study decides. */
  setup(): Pick<TrainerSetup, 'pixels' | 'images' | 'bank' | 'sizes' | 'pretrained'> {
    const { spec, dataset, splits, pretrained } = this.study
    return {
      pixels: dataset.pixels,
      images: trainedImages(splits).map(({ id, width, height, offset }) => ({ id, width, height, offset })),
      bank: this.bankFiles,
      sizes: [...new Set(spec.models.map(model => spec.size[model]))],
      pretrained: [...new Set(Object.values(pretrained).map(file => file.sha256))],
    }
  }

  /** The task of a stored run; null where the bank is not what it was when the run was queued. */
  of(run: Run): ReturnType<typeof trainingTask> | null {
    if (this.bank !== NO_BANK && !this.keys.has(run.key)) return null
    const { spec, splits, pretrained } = this.study
    const split = splitOfRun(splits, run.index)
    return trainingTask(spec, split, run as PlannedRun, image => this.places.get(image)!, pretrained, this.bank)
  }
}
