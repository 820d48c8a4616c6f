/** An image as the command line names it: a file, `DATASET:PART:INDEX`, or `bank:ID`. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { decodeGrey, type GreyImage, PARTS } from '../core/dataset/index.ts'
import { LabError, messageOf, reasonOf } from '../core/shared/errors.ts'
import { decodeGreyFile } from '../core/synthesis/index.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noBankImage, noDataset } from './missing.ts'

/** A dataset's name begins with a letter or digit: `./a:train:1` is a file. */
const PLACE = new RegExp(`^([\\p{L}\\p{N}].*):(${PARTS.join('|')}):(\\d+)$`, 'u')

/** Throws `usage` for a place that is none, `data` for a file that is no image. */
export async function namedImage(context: Context, name: string): Promise<GreyImage> {
  const banked = /^bank:(\d+)$/.exec(name)
  if (banked !== null) return bankImage(context, Number(banked[1]))
  const [, dataset, part, index] = PLACE.exec(name) ?? []
  if (dataset !== undefined) return storedImage(context, dataset, part ?? '', Number(index))
  let bytes: Buffer
  try {
    bytes = readFileSync(resolve(context.cwd, name))
  } catch (error) {
    throw new LabError('data', `${name}: cannot be read: ${reasonOf(error)}${hint(name)}`, { cause: error })
  }
  try {
    return await decodeGrey(bytes)
  } catch (error) {
    throw new LabError('data', `${name}: ${messageOf(error)}`, { cause: error })
  }
}

/** What a file that is not there may have been meant as. */
function hint(name: string): string {
  if (name.startsWith('bank:')) return '; an image of the bank is bank:ID, ID a number'
  return /^[^/\\]+:[^/\\]+:-?\w+$/.test(name)
    ? `; a dataset's image is DATASET:PART:INDEX, INDEX a number from 0, PART being ${PARTS.join(', ')}`
    : ''
}

async function bankImage(context: Context, id: number): Promise<GreyImage> {
  const image = await readLab<GreyImage | null>(context, null, store => {
    const found = store.bank.get(id)
    return found && decodeGreyFile(store.files.read(found.sha256))
  })
  if (image === null) throw noBankImage(id)
  return image
}

/** Counts from 0, in the order of the source, under the dataset's own split. */
function storedImage(context: Context, name: string, part: string, index: number): Promise<GreyImage> {
  return readLab<GreyImage | null>(context, null, store => {
    const dataset = store.datasets.get(name)
    if (dataset === null) throw noDataset(name)
    const images = dataset.images.filter(image => image.part === part)
    const image = images[index]
    if (image === undefined) {
      const there = images.length === 0 ? `its ${part} part is empty` : `its ${part} part has 0 to ${images.length - 1}`
      throw new LabError('usage', `dataset ${name} has no image ${part}:${index}; ${there}`)
    }
    const { width, height, offset } = image
    const pixels = store.files.read(dataset.pixels).subarray(offset, offset + width * height)
    if (pixels.length < width * height)
      throw new LabError('data', `the pixel file of dataset ${name} ends too early; add it again`)
    return { width, height, pixels }
  }).then(image => {
    if (image === null) throw noDataset(name)
    return image
  })
}
