/**
 * Variations without training: a source on its way to its nearest neighbour, bent a little.
 *
 * 1. The neighbour is the most alike image of those that the run offers (nearest.ts).
 * 2. A smooth displacement u brings the source onto it (morphing/demons.ts).
 * 3. The image goes a drawn part t of the way: (1 - t) source(p + t u + r) + t neighbour(p - (1 - t) u + r), as images are morphed (Wolberg 1998), r being
 *    a smooth random displacement (morphing/smoothField.ts).
 * 4. Grey levels v become 255 (v / 255)^gamma x gain x e^b, b being a smooth random field: the uneven coil sensitivity that MRI calls a bias field. Black stays black.
 */
import { z } from 'zod'
import { type GreyImage, resizeBilinear } from '../../dataset/index.ts'
import { type RandomStream, randomStream } from '../../shared/random.ts'
import { defineGenerator, type GeneratorContext } from '../generator.ts'
import { demons } from '../morphing/demons.ts'
import { LATTICE, latticeSteps, NODES } from '../morphing/lattice.ts'
import { smoothField } from '../morphing/smoothField.ts'
import { nearestFinder } from '../nearest.ts'
import type { Order } from '../order.ts'

const settings = z.strictObject({
  /** Least and largest part of the way to the neighbour. */
  way: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).default([0.2, 0.5]),
  /** The longest random displacement along an axis, as a share of the image's side. */
  bend: z.number().min(0).max(0.1).default(0.04),
  /** The largest change of brightness, of the curve's exponent, and of brightness across the image, as shares. */
  gain: z.number().min(0).max(0.5).default(0.08),
  gamma: z.number().min(0).max(0.5).default(0.1),
  bias: z.number().min(0).max(0.5).default(0.1),
})
type MorphSettings = z.infer<typeof settings>

/** Cells of the random displacement and of the bias field, along a side. */
const BEND_SPANS = 4
const BIAS_SPANS = 2
/** Images that are made to tell how long one takes. */
const TRIAL = 16
/** Steps of a grey level in the table of the curve. */
const FINE = 4

export const morph = defineGenerator({
  name: 'morph',
  summary: 'a source on its way to its nearest neighbour in its class, bent a little; the offline default',
  paid: false,
  cost: 'free',
  speed: 'some hundred 128x128 images a second on one core',
  privacy: 'nothing leaves the machine',
  needs: 'two images of the class at least, for each run',
  settings,
  companions(image) {
    const nearest = nearestFinder(image)
    return (source, pool) => {
      const found = nearest(source, pool)
      return found === null ? [] : [found]
    }
  },
  async estimate(orders, context) {
    const some = orders.slice(0, TRIAL)
    for (const order of some) morphedOf(order, context) // the first ones are slower
    const begun = context.clock()
    for (const order of some) morphedOf(order, context)
    return {
      requests: 0,
      price: 0,
      seconds: ((context.clock() - begun) / 1000) * (orders.length / Math.max(1, some.length)),
    }
  },
  async *make(orders, context) {
    const { seed, settings: chosen, signal } = context
    for (const order of orders) {
      if (signal.aborted) return
      const image = morphedOf(order, context)
      yield { order, image, trainedOn: [], cost: 0, terms: null, parameters: { seed, ...chosen } }
    }
  },
})

function morphedOf(order: Order, { seed, settings: chosen, image }: GeneratorContext<MorphSettings>): GreyImage {
  const [source, neighbour = source] = order.parents
  const random = randomStream(seed, 'morph', source, neighbour, order.variation)
  return morphed(image(source), image(neighbour), random, chosen)
}

/** A source on its way to a neighbour; of the source's size. */
function morphed(source: GreyImage, neighbour: GreyImage, random: RandomStream, chosen: MorphSettings): GreyImage {
  const { width, height } = source
  const way = between(random, ...chosen.way)
  const fields = fieldsOf(source, neighbour, way, random, chosen)
  const curve = curveOf(1 + between(random, -chosen.gamma, chosen.gamma), 1 + between(random, -chosen.gain, chosen.gain))
  const a = source.pixels
  const b =
    neighbour.width === width && neighbour.height === height
      ? neighbour.pixels
      : resizeBilinear(neighbour.pixels, neighbour.width, neighbour.height, width, height)

  const pixels = new Uint8Array(width * height)
  const down = latticeSteps(height)
  const across = latticeSteps(width)
  const row = fields.map(() => new Float32Array(LATTICE)) // the fields at one row of pixels
  const [ax, ay, bx, by, brightness] = row as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]
  for (let y = 0, p = 0; y < height; y++) {
    const upper = down.first[y]! * LATTICE
    const lower = down.second[y]! * LATTICE
    const v = down.along[y]!
    for (const [f, field] of fields.entries())
      for (let i = 0; i < LATTICE; i++) row[f]![i] = field[upper + i]! * (1 - v) + field[lower + i]! * v
    for (let x = 0; x < width; x++, p++) {
      const i = across.first[x]!
      const k = across.second[x]!
      const u = across.along[x]!
      const w = 1 - u
      const fromA = sample(a, width, height, x + ax[i]! * w + ax[k]! * u, y + ay[i]! * w + ay[k]! * u)
      const fromB = sample(b, width, height, x + bx[i]! * w + bx[k]! * u, y + by[i]! * w + by[k]! * u)
      const grey = fromA * (1 - way) + fromB * way
      const level = curve[Math.floor(grey * FINE + 0.5)]! * (brightness[i]! * w + brightness[k]! * u)
      pixels[p] = level > 254.5 ? 255 : Math.floor(level + 0.5)
    }
  }
  return { width, height, pixels }
}

/** On the lattice: displacements of source and neighbour along x and y, in pixels, and the factor of brightness. */
function fieldsOf(
  { pixels, width, height }: GreyImage,
  neighbour: GreyImage,
  way: number,
  random: RandomStream,
  { bend, bias }: MorphSettings,
): Float32Array[] {
  const smallSource = resizeBilinear(pixels, width, height, LATTICE, LATTICE)
  const smallNeighbour = resizeBilinear(neighbour.pixels, neighbour.width, neighbour.height, LATTICE, LATTICE)
  const u = demons(smallSource, smallNeighbour)
  const bendX = smoothField(random, BEND_SPANS)
  const bendY = smoothField(random, BEND_SPANS)
  const biasField = smoothField(random, BIAS_SPANS)
  const fields = Array.from({ length: 5 }, () => new Float32Array(NODES))
  const [ax, ay, bx, by, brightness] = fields as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]
  for (let p = 0; p < NODES; p++) {
    const ux = (u.x[p]! * width) / LATTICE
    const uy = (u.y[p]! * height) / LATTICE
    const rx = bendX[p]! * bend * width
    const ry = bendY[p]! * bend * height
    ax[p] = way * ux + rx
    ay[p] = way * uy + ry
    bx[p] = (way - 1) * ux + rx
    by[p] = (way - 1) * uy + ry
    brightness[p] = Math.exp(bias * biasField[p]!)
  }
  return fields
}

/** Of grey level n / 4, for n from 0 to 1020. */
function curveOf(gamma: number, gain: number): Float32Array {
  return Float32Array.from({ length: 255 * FINE + 1 }, (_, n) => 255 * gain * (n / (255 * FINE)) ** gamma)
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** Bilinear; black beyond the border, as the air around a head is. */
function sample(image: Uint8Array, width: number, height: number, x: number, y: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  if (i < 0 || j < 0 || i >= width - 1 || j >= height - 1) return edge(image, width, height, x, y)
  const u = x - i
  const p = j * width + i
  const top = image[p]! * (1 - u) + image[p + 1]! * u
  const bottom = image[p + width]! * (1 - u) + image[p + width + 1]! * u
  const v = y - j
  return top * (1 - v) + bottom * v
}

function edge(image: Uint8Array, width: number, height: number, x: number, y: number): number {
  const at = (i: number, j: number): number => (i < 0 || j < 0 || i >= width || j >= height ? 0 : image[j * width + i]!)
  const i = Math.floor(x)
  const j = Math.floor(y)
  const [u, v] = [x - i, y - j]
  const top = at(i, j) * (1 - u) + at(i + 1, j) * u
  return top * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v
}
