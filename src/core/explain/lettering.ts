/**
 * Text in pictures, without asking what fonts a machine has. The letters are the 5 x 7 ones of Adafruit's GFX library (glcdfont.c, Copyright (c) 2012
 * Adafruit Industries, BSD licence), printable ASCII from the space on: five columns each, lowest bit on top.
 */
import type { Picture } from './picture.ts'

const COLUMNS = [
  '000000000000005F00000007000700147F147F14242A7F2A12231308646236495620500008070300',
  '001C2241000041221C002A1C7F1C2A08083E08080080703000080808080800006060002010080402',
  '3E5149453E00427F400072494949462141494D331814127F1027454545393C4A4949314121110907',
  '3649494936464949291E000014000000403400000008142241141414141400412214080201590906',
  '3E415D594E7C1211127C7F494949363E414141227F4141413E7F494949417F090909013E41415173',
  '7F0808087F00417F41002040413F017F081422417F404040407F021C027F7F0408107F3E4141413E',
  '7F090909063E4151215E7F09192946264949493203017F01033F4040403F1F2040201F3F4038403F',
  '631408146303047804036159494D43007F4141410204081020004141417F04020102044040404040',
  '000307080020545478407F284444383844444428384444287F385454541800087E090218A4A49C78',
  '7F0804047800447D40002040403D007F1028440000417F40007C047804787C080404783844444438',
  'FC1824241818242418FC7C08040408485454542404043F44243C4040207C1C2040201C3C4030403C',
  '44281028444C9090907C4464544C440008364100000077000000413608000201020402',
].join('')

const FIRST = 0x20
const COUNT = COLUMNS.length / 10
/** Of a letter with the space after it and below it, in its own pixels; the eighth row is for descenders. */
const CELL = { width: 6, height: 9 }

/**
 * One line of text, dark on a light grey ground (or as given, 0 to 255), each of the letters' pixels a square of `scale`; a character that the letters
 * lack is drawn as `?`.
 */
export function lettering(text: string, scale: number, ink = 0, ground = GROUND): Picture {
  const characters = [...text]
  const width = Math.max(1, characters.length) * CELL.width * scale
  const height = CELL.height * scale
  const rgb = new Uint8Array(width * height * 3).fill(ground)
  for (const [place, character] of characters.entries()) {
    for (let at = 0; at < 5 * 8; at++) {
      const [x, y] = [Math.floor(at / 8), at % 8]
      if (((column(character, x) >> y) & 1) === 0) continue
      for (let row = 0; row < scale; row++) {
        const from = (y * scale + row) * width + (place * CELL.width + x) * scale
        rgb.fill(ink, 3 * from, 3 * (from + scale))
      }
    }
  }
  return { width, height, rgb }
}

/** Letters that fit side by side in a width. */
export function lettersIn(width: number, scale: number): number {
  return Math.floor(width / (CELL.width * scale))
}

/** The ground of lettering, grey. */
export const GROUND = 240

function column(character: string, x: number): number {
  const index = character.charCodeAt(0) - FIRST
  const at = (index >= 0 && index < COUNT ? index : '?'.charCodeAt(0) - FIRST) * 10 + 2 * x
  return Number.parseInt(COLUMNS.slice(at, at + 2), 16)
}
