/** The commands of this release, in the order of help. */
import type { CommandDefinition } from '../command.ts'
import { attach } from './attach.ts'
import { augment } from './augment.ts'
import { contrasts } from './contrasts.ts'
import { pause, resume, retry, stop } from './control.ts'
import { dataAdd } from './dataAdd.ts'
import { dataAudit } from './dataAudit.ts'
import { dataFetch } from './dataFetch.ts'
import { dataList } from './dataList.ts'
import { dataPhantom } from './dataPhantom.ts'
import { dataRemove } from './dataRemove.ts'
import { dataShow } from './dataShow.ts'
import { dbBackup } from './dbBackup.ts'
import { dbCheck } from './dbCheck.ts'
import { dbRestore } from './dbRestore.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { engineInstall } from './engineInstall.ts'
import { evaluate } from './evaluate.ts'
import { exportModel } from './export.ts'
import { gradcam } from './gradcam.ts'
import { models } from './models.ts'
import { lab } from './openLab.ts'
import { predict } from './predict.ts'
import { report } from './report.ts'
import { reproduce, runsReproduce } from './reproduce.ts'
import { run } from './run.ts'
import { runs } from './runs.ts'
import { runsDelete } from './runsDelete.ts'
import { runsShow } from './runsShow.ts'
import { search } from './search.ts'
import { status } from './status.ts'
import { studies } from './studies.ts'
import { studiesRemove } from './studiesRemove.ts'
import { synthConsent } from './synthConsent.ts'
import { synthExport } from './synthExport.ts'
import { synthFidelity } from './synthFidelity.ts'
import { synthGenerators } from './synthGenerators.ts'
import { synthImport } from './synthImport.ts'
import { synthList } from './synthList.ts'
import { synthPlan } from './synthPlan.ts'
import { synthRemove } from './synthRemove.ts'
import { synthRun } from './synthRun.ts'
import { synthShow } from './synthShow.ts'
import { tables } from './tables.ts'
import { weightsAdd } from './weightsAdd.ts'
import { weightsFetch } from './weightsFetch.ts'
import { weightsList } from './weightsList.ts'

/** A command that has others below it (`runs`, `runs show`) stands before them. */
export const COMMANDS: readonly CommandDefinition[] = [
  lab,
  demo,
  doctor,
  engineInstall,
  models,
  dataAdd,
  dataFetch,
  dataList,
  dataShow,
  dataAudit,
  dataPhantom,
  dataRemove,
  weightsFetch,
  weightsAdd,
  weightsList,
  augment,
  synthGenerators,
  synthPlan,
  synthConsent,
  synthRun,
  synthList,
  synthShow,
  synthRemove,
  synthImport,
  synthExport,
  synthFidelity,
  run,
  status,
  attach,
  pause,
  resume,
  stop,
  retry,
  studies,
  studiesRemove,
  runs,
  runsShow,
  runsDelete,
  reproduce,
  runsReproduce,
  evaluate,
  tables,
  contrasts,
  report,
  search,
  gradcam,
  predict,
  exportModel,
  dbCheck,
  dbBackup,
  dbRestore,
]

/** What the words before a command's own name stand for. */
export const GROUPS: Readonly<Record<string, string>> = {
  data: 'Image sets with class labels.',
  db: 'The database and its files.',
  engine: 'What trains.',
  synth: 'Synthetic images: the bank.',
  weights: 'Pre-trained weights that models start from.',
}
