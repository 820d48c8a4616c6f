/** Images into the database: read, then kept, or nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { Dataset, ImportedDataset, ImportRequest, PixelStore } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { ContentWriter, Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { changeLab, readLab } from './lab.ts'
import { noDataset } from './missing.ts'
import type { Progress } from './progress.ts'

/** The sample that ships with the program. */
export const SAMPLE = 'sample'

/**
 * Reads the images and adds them under the name; where a dataset of that name is the same, nothing changes and it is returned. Throws `usage`
 * where it is another; else as `importDataset`. A failure leaves database and files as they were.
 */
export async function addDataset(context: Context, request: ImportRequest): Promise<Dataset> {
  const { ContentFiles } = await import('../store/index.ts')
  const files = new ContentFiles(context.settings.database)
  const pixels = files.begin()
  try {
    const dataset = await importImages(context, pixels, { ...request, except: files.folder })
    const there = await readLab(context, null, store => store.datasets.get(request.name))
    if (there !== null) {
      refuseOtherDataset(there, dataset)
      context.note(`dataset ${request.name} holds these images already: nothing changed`)
      return there
    }
    await changeLab(context, store => keep(store, dataset, pixels))
    return dataset
  } finally {
    pixels.abandon()
  }
}

/** Keeps a dataset that was made here, with its pixels. Throws `usage` where the name is taken. */
export async function keepDataset(context: Context, { dataset, pixels: bytes }: ImportedDataset): Promise<void> {
  const { ContentFiles } = await import('../store/index.ts')
  const pixels = new ContentFiles(context.settings.database).begin()
  try {
    pixels.write(bytes)
    await changeLab(context, store => keep(store, dataset, pixels))
  } finally {
    pixels.abandon()
  }
}

/** Throws `usage` where there is a dataset of that name. */
export async function requireFreeName(context: Context, name: string): Promise<void> {
  await readLab(context, undefined, store => refuseTaken(store, name))
}

/**
 * Reads from the database; where the dataset is the sample that ships and is not there yet, from a database for once that holds it alone, so that what
 * comes to nothing leaves nothing. Throws `usage` where there is no such dataset.
 */
export async function withDataset<T>(context: Context, name: string, work: (store: Store) => Promise<T>): Promise<T> {
  const has = (store: Store): boolean => name !== SAMPLE || store.datasets.list().some(dataset => dataset.name === name)
  const found = await readLab(context, null, async store => (has(store) ? { made: await work(store) } : null))
  if (found !== null) return found.made
  if (name !== SAMPLE) throw noDataset(name)
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-'))
  try {
    const silent = { update: () => {}, end: () => {} }
    const settings = { ...context.settings, database: join(folder, 'lab.db') }
    const once: Context = { ...context, settings, note: () => {}, progress: () => silent }
    await ensureSample(once)
    return await changeLab(once, work)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Adds the sample that ships with the program, unless the database has a dataset of that name. */
export async function ensureSample(context: Context): Promise<void> {
  if (await readLab(context, false, store => store.datasets.list().some(dataset => dataset.name === SAMPLE))) return
  const folder = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
  await addDataset(context, { name: SAMPLE, paths: [folder], seed: 1 })
  context.note(`added the dataset '${SAMPLE}', which ships with the program`)
}

async function importImages(context: Context, pixels: PixelStore, request: ImportRequest): Promise<Dataset> {
  const { importInto } = await import('../core/dataset/index.ts')
  let progress: Progress | undefined
  try {
    return await importInto(pixels, request, {
      signal: context.signal,
      onProgress: (done, total) => {
        progress ??= context.progress({ label: `reading ${request.name}`, unit: 'images', total })
        progress.update(done)
        if (done === total) progress.end() // looking for near duplicates is no reading
      },
    })
  } finally {
    progress?.end()
  }
}

/** Pixels first: a dataset never names a file that is not there. A file that no dataset came to name is taken away again. */
function keep(store: Store, dataset: Dataset, pixels: ContentWriter): void {
  refuseTaken(store, dataset.name)
  const isNew = pixels.keep()
  try {
    store.datasets.add(dataset)
  } catch (error) {
    if (isNew) store.files.remove(dataset.pixels)
    throw error
  }
}

function refuseTaken(store: Store, name: string): void {
  if (!store.datasets.list().some(dataset => dataset.name === name)) return
  throw new LabError('usage', `a dataset named ${name} exists; choose another name, or remove it first`)
}

/** Throws `usage` unless `added` is what `there` is: images, classes, parts, split and groups. */
function refuseOtherDataset(there: Dataset, added: Dataset): void {
  const images = there.fingerprint === added.fingerprint
  const division = ({ split, groups, images }: Dataset): unknown => [
    split,
    groups,
    images.map(({ id, group }) => [id, group]),
  ]
  if (images && isDeepStrictEqual(division(there), division(added))) return
  throw new LabError(
    'usage',
    `a dataset named ${there.name} exists with ${images ? 'another split or other groups' : 'other images, classes or parts'}; choose another name, or remove it first: mri-lab data remove ${there.name}`,
  )
}
