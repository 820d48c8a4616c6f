/** Images into the database: read, then kept, or nothing. */
import { fileURLToPath } from 'node:url'
import type { Dataset, ImportedDataset, ImportRequest } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { changeLab, readLab } from './lab.ts'
import type { Progress } from './progress.ts'

/** The sample that ships with the program. */
export const SAMPLE = 'sample'

/** Throws `usage` where the name is taken, before anything is read; else as `importDataset`. */
export async function addDataset(context: Context, request: ImportRequest): Promise<Dataset> {
  await requireFreeName(context, request.name)
  const imported = await importImages(context, request)
  await changeLab(context, store => keep(store, imported))
  return imported.dataset
}

/** Throws `usage` where there is a dataset of that name. */
export async function requireFreeName(context: Context, name: string): Promise<void> {
  await readLab(context, undefined, store => refuseTaken(store, name))
}

/** Adds the sample that ships with the program, unless the database has a dataset of that name. */
export async function ensureSample(context: Context): Promise<void> {
  if (await readLab(context, false, store => store.datasets.list().some(dataset => dataset.name === SAMPLE))) return
  const folder = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
  await addDataset(context, { name: SAMPLE, paths: [folder], seed: 1 })
  context.note(`added the dataset '${SAMPLE}', which ships with the program`)
}

async function importImages(context: Context, request: ImportRequest): Promise<ImportedDataset> {
  const { importDataset } = await import('../core/dataset/index.ts')
  let progress: Progress | undefined
  try {
    return await importDataset(request, {
      signal: context.signal,
      onProgress: (done, total) => {
        progress ??= context.progress({ label: `reading ${request.name}`, unit: 'images', total })
        progress.update(done)
      },
    })
  } finally {
    progress?.end()
  }
}

/** Pixels first: a dataset never names a file that is not there. A file that no dataset came to name is taken away again. */
function keep(store: Store, { dataset, pixels }: ImportedDataset): void {
  refuseTaken(store, dataset.name)
  const had = store.files.has(dataset.pixels)
  store.files.write(pixels)
  try {
    store.datasets.add(dataset)
  } catch (error) {
    if (!had) store.files.remove(dataset.pixels)
    throw error
  }
}

function refuseTaken(store: Store, name: string): void {
  if (!store.datasets.list().some(dataset => dataset.name === name)) return
  throw new LabError('usage', `a dataset named ${name} exists; choose another name, or remove it first`)
}
