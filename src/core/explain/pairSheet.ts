/** Pairs as one picture: a row for each image, in it the image and its maps, with words beside. */
import { GROUND, lettering, lettersIn } from './lettering.ts'
import { greyPicture, overlay } from './overlay.ts'
import type { ExplainedImage, ExplainedPair } from './pairs.ts'
import { enlarged, inColumn, inRow, type Picture } from './picture.ts'
import { upsample } from './upsample.ts'

/** A side shorter than this many pixels is enlarged. */
const LEGIBLE = 320
const OPACITY = 0.6
const GAP = 8
const LETTERS = 2

/**
 * @param size height and width of the images in pixels
 * @param title the first line of words; `notes` are lines below the pictures
 */
export function pairSheet(
  pairs: readonly ExplainedPair[],
  targets: readonly string[],
  size: number,
  { title, notes = [] }: { readonly title: string; readonly notes?: readonly string[] },
): Picture {
  const scale = Math.ceil(LEGIBLE / size)
  const side = size * scale
  const cell = (picture: Picture, ...words: string[]) =>
    inColumn([enlarged(picture, scale), ...words.map(each => line(each, side))], GAP / 2, GROUND)
  const row = (kind: string, label: string, image: ExplainedImage): Picture => {
    const square = { height: size, width: size }
    const { answer } = image
    const maps = image.maps.map((map, i) => {
      const target = targets[i]!
      const drawn = overlay(image.pixels, upsample(map.map, map, square), square, map.empty ? 0 : OPACITY)
      const probability = `p = ${answer.probabilities[target]!.toFixed(3)}`
      return cell(drawn, `map of ${target}`, map.empty ? `${probability}, empty map` : probability)
    })
    const words = [`${kind}, ${label}`, `predicted ${answer.class}`]
    return inRow([cell(greyPicture(image.pixels, square), ...words), ...maps], GAP, GROUND)
  }
  const rows = pairs.map(({ label, real, synthetic }) =>
    inRow([row('real', label, real), ...(synthetic === null ? [] : [row('synthetic', label, synthetic)])], 3 * GAP, GROUND),
  )
  const width = Math.max(...rows.map(each => each.width))
  const words = (text: string) => line(text, width)
  const sheet = inColumn([words(title), ...rows, ...notes.map(words)], 2 * GAP, GROUND)
  return framed(sheet)
}

/** A line of words that fits a width: cut off with dots where it does not. */
function line(text: string, width: number): Picture {
  const room = lettersIn(width, LETTERS)
  return lettering(text.length <= room ? text : `${text.slice(0, Math.max(0, room - 2))}..`, LETTERS)
}

/** A margin on every side. */
function framed(picture: Picture): Picture {
  const strip = (height: number, width: number): Picture => ({ height, width, rgb: new Uint8Array(height * width * 3) })
  const beside = inRow([strip(0, 0), picture, strip(0, 0)], 2 * GAP, GROUND)
  return inColumn([strip(0, 0), beside, strip(0, 0)], 2 * GAP, GROUND)
}
