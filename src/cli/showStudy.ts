/** What a trained study shows, as files: its tables, what its best run looks at in an image of each class, and its report. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { makeFolders } from '../core/shared/makeFolders.ts'
import { formatTable, type Run, type Spec } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { explainImage, writePictures } from './explainImage.ts'
import { readLab } from './lab.ts'
import { noStudy } from './missing.ts'
import { tableOf } from './studyTable.ts'
import { modelOfRun } from './trainedModel.ts'
import { writeReport } from './writeReport.ts'

/** Prints the table; writes tables, pictures and the report to `folder`, which is made. Throws `failed` where that cannot be. */
export async function showStudy(context: Context, spec: Spec, folder: string): Promise<void> {
  const path = resolve(context.cwd, folder)
  const shown = await readLab(context, null, store => {
    return {
      table: tableOf(store, spec.name, 'loss'),
      best: bestRun(store, spec.name),
      images: firstImages(store, spec.dataset),
    }
  })
  if (shown === null) throw noStudy(spec.name)
  const { table, best, images } = shown
  const files: string[] = []
  prepareFolder(context, folder)
  try {
    for (const format of ['md', 'csv'] as const) {
      writeFileSync(join(path, `tables.${format}`), formatTable(table, format))
      files.push(join(folder, `tables.${format}`))
    }
  } catch (error) {
    throw new LabError('failed', `cannot write to ${folder}: ${reasonOf(error)}`, { cause: error })
  }
  const trained = await modelOfRun(context, best.id)
  try {
    for (const [name, image] of images) {
      context.signal.throwIfAborted()
      const file = join(folder, `gradcam-${name.replace(/[^\p{L}\p{N}]/gu, '_')}.png`)
      await writePictures(context, await explainImage(context, trained, image, { class: name }), { out: file })
      files.push(file)
    }
  } finally {
    await trained.release()
  }
  const asked = {
    study: spec.name,
    metric: 'loss' as const,
    date: context.now(),
    pictures: true,
    maps: true,
    fidelity: true,
  }
  files.push((await writeReport(context, asked, join(folder, 'report.html'))).path)
  context.event({ event: 'demo-done', study: spec.name, run: best.id, table, files })
  if (context.settings.json) return
  context.print(`\n${formatTable(table, 'text').trimEnd()}`)
  context.print(
    `\nwrote ${files.join(', ')}\nThe pictures show what run ${best.id} looks at in the first validation image of each class; ${join(folder, 'report.html')} tells the whole study.`,
  )
  context.print(
    [
      '\nNext:',
      "  mri-lab                                           open the lab: this study's runs, curves and pictures",
      `${`  mri-lab runs show ${best.id}`.padEnd(52)}all that is known of the best run`,
      '  mri-lab run quick --name longer --runs 10         more runs: intervals appear from 6 on',
      '  mri-lab data add mine PATH                        your own images; then: mri-lab run quick --dataset mine --name mine',
    ].join('\n'),
  )
}

/** Makes the folder that `showStudy` writes to. Throws `failed` where that cannot be. */
export function prepareFolder({ cwd }: Context, folder: string): void {
  const path = resolve(cwd, folder)
  try {
    makeFolders(path)
    readdirSync(path)
  } catch (error) {
    throw new LabError('failed', `cannot write to ${folder}: ${reasonOf(error)}`, { cause: error })
  }
}

/** The done run with the lowest validation loss. */
function bestRun(store: Store, study: string): Run {
  const runs = store.runs.list({ study, status: 'done' })
  const loss = (run: Run): number => {
    const measured = run.result?.validationLoss ?? Number.NaN
    return Number.isNaN(measured) ? Number.MAX_VALUE : measured // a diverged run comes last
  }
  const best = runs.toSorted((a, b) => loss(a) - loss(b))[0]
  if (best === undefined) throw new LabError('failed', `no run of study ${study} is done`)
  return best
}

/** By class, the first validation image, as the command line names it. */
function firstImages(store: Store, name: string): Map<string, string> {
  const dataset = store.datasets.get(name)
  const found = new Map<string, string>()
  const validation = dataset?.images.filter(image => image.part === 'validation') ?? []
  for (const [i, image] of validation.entries()) {
    const label = dataset?.classes[image.label] ?? ''
    if (!found.has(label)) found.set(label, `${name}:validation:${i}`)
  }
  return found
}
