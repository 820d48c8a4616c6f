/** The images of a report: real ones by class, and synthetic ones beside what they were made from. */
import { type Dataset, type GreyImage, resizeBilinear } from '../core/dataset/index.ts'
import { encodeGreyPng, sheetImages } from '../core/explain/index.ts'
import type { EmbeddedImage, ReportPictures } from '../core/report/index.ts'
import { hashOf } from '../core/shared/random.ts'
import { decodeGreyFile } from '../core/synthesis/index.ts'
import type { StoredStudy } from './storedStudy.ts'

/** Real images of a class, and pairs of one. */
const SHOWN = 8
const PAIRS = 4
/** Longest side of an image in the document, in pixels. */
const SIDE = 96
/** Which images are shown, as `data show --sheet` draws them where no seed is given. */
const SEED = 0

/** Training images only: test images are for `evaluate`. */
export async function reportPictures({
  dataset,
  pack,
  bank,
}: StoredStudy): Promise<Pick<ReportPictures, 'real' | 'synthetic'>> {
  const train = dataset.images.filter(({ part }) => part === 'train')
  const real = await Promise.all(
    dataset.classes.map(async (name, label) => {
      const members = train.filter(image => image.label === label)
      const images = sheetImages(members, SHOWN, SEED).map(image => embedded(pixelsOf(image, pack)))
      return { class: name, total: members.length, images: await Promise.all(images) }
    }),
  )
  const sources = new Map(dataset.images.map(image => [image.sha256, image]))
  const synthetic = [...bank].flatMap(([generator, images]) =>
    dataset.classes.flatMap(name => {
      const members = images.filter(image => image.class === name)
      if (members.length === 0) return []
      const order = new Map(members.map(({ id }) => [id, hashOf(SEED, 'sheet', id)]))
      const shown = members.toSorted((a, b) => (order.get(a.id)! < order.get(b.id)! ? -1 : 1)).slice(0, PAIRS)
      const pairs = shown.map(async ({ parents, file }) => {
        const source = sources.get(parents[0] ?? '')
        return {
          real: source === undefined ? null : await embedded(pixelsOf(source, pack)),
          synthetic: await embedded(decodeGreyFile(file)),
        }
      })
      return [{ generator, class: name, pairs }]
    }),
  )
  return {
    real: real.filter(({ total }) => total > 0),
    synthetic: await Promise.all(synthetic.map(async one => ({ ...one, pairs: await Promise.all(one.pairs) }))),
  }
}

function pixelsOf({ width, height, offset }: Dataset['images'][number], pack: Uint8Array): GreyImage {
  return { width, height, pixels: pack.subarray(offset, offset + width * height) }
}

/** Made smaller where its longer side is over SIDE; never larger. */
async function embedded({ pixels, width, height }: GreyImage): Promise<EmbeddedImage> {
  const scale = Math.min(1, SIDE / Math.max(width, height))
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const small = scale === 1 ? pixels : resizeBilinear(pixels, width, height, size.width, size.height)
  return { address: pngAddress(await encodeGreyPng(small, size)), ...size }
}

export function pngAddress(bytes: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
}
