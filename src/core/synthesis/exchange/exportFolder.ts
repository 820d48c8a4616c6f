/** A bank as a folder that any program can read, and `openFolder` again: `GENERATOR/CLASS/ID.png`, `manifest.json`, `parents.csv`. */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Dataset } from '../../dataset/index.ts'
import { LabError, reasonOf } from '../../shared/errors.ts'
import { makeFolders } from '../../shared/makeFolders.ts'
import { replaceFile } from '../../shared/replaceFile.ts'
import type { BankImage } from '../bank.ts'
import { decodeGreyFile } from '../greyFile.ts'
import { MANIFEST, makeManifest } from './manifest.ts'

export interface FolderExport {
  readonly folder: string
  readonly dataset: Pick<Dataset, 'name' | 'fingerprint'>
  readonly images: readonly BankImage[]
  /** The bytes of a content file. */
  readonly read: (sha256: string) => Uint8Array
  readonly signal: AbortSignal
  readonly onWritten: (count: number) => void
}

/**
 * Writes the images as lossless grey PNG, then the table and, last, the manifest: a folder without one is half done.
 * @throws LabError `usage` for a folder that holds something, `failed` where it cannot be written
 */
export async function exportFolder({ folder, dataset, images, read, signal, onWritten }: FolderExport): Promise<void> {
  await makeEmpty(folder)
  const { default: sharp } = await import('sharp')
  const plain = (name: string): string => name.replace(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_')
  const fileOf = ({ generator, class: name, id }: BankImage): string => `${plain(generator)}/${plain(name)}/${id}.png`
  for (const [count, image] of images.entries()) {
    signal.throwIfAborted()
    const { width, height, pixels } = decodeGreyFile(read(image.sha256))
    const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const path = join(folder, fileOf(image))
    makeFolders(dirname(path))
    await replaceFile(path, png)
    onWritten(count + 1)
  }
  const lines = images.map(
    image => `"${fileOf(image)}",${image.parents.join('|')},"${image.class.replaceAll('"', '""')}",${image.variation}`,
  )
  await replaceFile(join(folder, 'parents.csv'), Buffer.from(['file,parents,class,variation', ...lines, ''].join('\n')))
  const manifest = makeManifest({ name: dataset.name, fingerprint: dataset.fingerprint }, images, fileOf)
  await replaceFile(join(folder, MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`))
}

async function makeEmpty(folder: string): Promise<void> {
  try {
    makeFolders(folder)
    if ((await readdir(folder)).length === 0) return
  } catch (cause) {
    throw new LabError('failed', `${folder}: cannot be made: ${reasonOf(cause)}`, { cause })
  }
  throw new LabError('usage', `${folder} holds something already: name an empty or a new folder`)
}
