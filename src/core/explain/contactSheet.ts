/** Images of a data set by class on one page: a row for each class under its name, as the dissertation's figure 2.1. */
import type { Dataset, DatasetImage } from '../dataset/index.ts'
import { resizeBilinear } from '../dataset/index.ts'
import { hashOf } from '../shared/random.ts'
import { GROUND, lettering, lettersIn } from './lettering.ts'
import { greyPicture } from './overlay.ts'
import { inColumn, inRow, type Picture } from './picture.ts'

/** Longest side of an image on the page, in pixels. */
const SIDE = 128
const GAP = 6
const LETTERS = 2

export interface SheetOptions {
  /** Images of each class; default 8. */
  readonly columns?: number
  /** Draws which; default 0. */
  readonly seed?: number
}

/**
 * The page. A class's images are the first ones in the order of hash(seed, 'sheet', image id), each of another group as long as there are such; the
 * aspect ratio stays.
 *
 * @param pack the data set's pixel file.
 */
export function contactSheet(dataset: Dataset, pack: Uint8Array, { columns = 8, seed = 0 }: SheetOptions = {}): Picture {
  const width = columns * SIDE + (columns - 1) * GAP
  const rows = dataset.classes.map((name, label) => {
    const members = dataset.images.filter(image => image.label === label)
    const shown = sheetImages(members, columns, seed).map(image => tile(image, pack))
    return inColumn([words(`${name}, ${members.length} images`, width), inRow(shown, GAP, GROUND)], GAP, GROUND)
  })
  const marks = [
    ...(dataset.phantom ? ['phantom: drawn by a program, for teaching'] : []),
    ...(dataset.simulatedLabels ? ['simulated labels'] : []),
  ]
  const title = marks.length === 0 ? dataset.name : `${dataset.name} (${marks.join('; ')})`
  return framed(inColumn([words(title, width), ...rows], 2 * GAP, GROUND))
}

/** A margin on every side. */
function framed(picture: Picture): Picture {
  const row = inRow([strip(0, 0), picture, strip(0, 0)], 2 * GAP, GROUND)
  return inColumn([strip(0, 0), row, strip(0, 0)], 2 * GAP, GROUND)
}

/** Nothing, that takes room. */
function strip(width: number, height: number): Picture {
  return { width, height, rgb: new Uint8Array(width * height * 3) }
}

/** The first `count` images in the order of hash(seed, 'sheet', image id), each of another group as long as there are such. */
export function sheetImages(members: readonly DatasetImage[], count: number, seed: number): readonly DatasetImage[] {
  const order = new Map(members.map(({ id }) => [id, hashOf(seed, 'sheet', id)]))
  const ordered = members.toSorted((a, b) => (order.get(a.id)! < order.get(b.id)! ? -1 : 1))
  const seen = new Set<string>()
  const again: DatasetImage[] = []
  const fresh = ordered.filter(image => {
    const group = image.group ?? image.sha256
    if (seen.has(group)) {
      again.push(image)
      return false
    }
    seen.add(group)
    return true
  })
  return [...fresh, ...again].slice(0, count)
}

/** A square of the ground with the image in its upper left corner. */
function tile({ width, height, offset }: DatasetImage, pack: Uint8Array): Picture {
  const scale = SIDE / Math.max(width, height)
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
  const pixels = resizeBilinear(pack.subarray(offset, offset + width * height), width, height, size.width, size.height)
  const row = inRow([greyPicture(pixels, size), strip(SIDE - size.width, 0)], 0, GROUND)
  return inColumn([row, strip(0, SIDE - size.height)], 0, GROUND)
}

/** A line that fits the page, cut off with dots where it does not. */
function words(text: string, width: number): Picture {
  const room = lettersIn(width, LETTERS)
  return lettering(text.length <= room ? text : `${text.slice(0, Math.max(0, room - 2))}..`, LETTERS)
}
