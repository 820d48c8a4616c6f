/**
 * Variations without training: a source on its way to its nearest neighbour, bent a little.
 *
 * 1. The neighbour is the most alike image of those that the run offers (nearest.ts).
 * 2. A smooth displacement u brings the source onto it (morphing/demons.ts).
 * 3. The source goes a drawn part t of the way: source(p + t u + r) + t w (N(p - (1 - t) u + r) - S(p + t u + r)), r being a smooth random displacement
 *    (morphing/smoothField.ts), S and N source and neighbour at 32x32, and w = min(S, N) / max(S, N) of the two values there, so that the less is taken over the less
 *    they agree, and none in air. So shape and coarse grey levels go towards the neighbour, and fine detail stays the source's: taking the mean of two
 *    images point by point (Wolberg 1998), as version 1 did, takes away half of their noise, and a detector tells such images by that.
 * 4. Grey levels v become 255 (v / 255)^gamma x gain x e^b, b being a smooth random field: the uneven coil sensitivity that MRI calls a bias field. Black stays black.
 */
import { z } from 'zod'
import { type GreyImage, resizeBilinear } from '../../dataset/index.ts'
import { type RandomStream, randomStream } from '../../shared/random.ts'
import { defineGenerator, type GeneratorContext } from '../generator.ts'
import { demons, nodeSample } from '../morphing/demons.ts'
import { LATTICE, latticeSteps, NODES } from '../morphing/lattice.ts'
import { sharpSample } from '../morphing/sharpSample.ts'
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

const VERSION = 2

/** Cells of the random displacement and of the bias field, along a side. */
const BEND_SPANS = 4
const BIAS_SPANS = 2
/** Images that are made to tell how long one takes. */
const TRIAL = 16
/** Steps of a grey level in the table of the curve. */
const FINE = 4

export const morph = defineGenerator({
  name: 'morph',
  version: VERSION,
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
      yield { order, image, trainedOn: [], cost: 0, terms: null, parameters: { version: VERSION, seed, ...chosen } }
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
  const { pixels: from, width, height } = source
  const way = between(random, ...chosen.way)
  const fields = fieldsOf(source, neighbour, way, random, chosen)
  const curve = curveOf(1 + between(random, -chosen.gamma, chosen.gamma), 1 + between(random, -chosen.gain, chosen.gain))
  const pixels = new Uint8Array(width * height)
  const down = latticeSteps(height)
  const across = latticeSteps(width)
  const row = fields.map(() => new Float32Array(LATTICE)) // the fields at one row of pixels
  const [moveX, moveY, change, brightness] = row as [Float32Array, Float32Array, Float32Array, Float32Array]
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
      const fine = sharpSample(from, width, height, x + moveX[i]! * w + moveX[k]! * u, y + moveY[i]! * w + moveY[k]! * u)
      const grey = Math.max(0, Math.min(255, fine + change[i]! * w + change[k]! * u))
      const level = curve[Math.floor(grey * FINE + 0.5)]! * (brightness[i]! * w + brightness[k]! * u)
      pixels[p] = level > 254.5 ? 255 : Math.floor(level + 0.5)
    }
  }
  return { width, height, pixels }
}

/** On the lattice: the displacement along x and y, in pixels, the change of grey level, and the factor of brightness. */
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
  const fields = Array.from({ length: 4 }, () => new Float32Array(NODES))
  const [moveX, moveY, change, brightness] = fields as [Float32Array, Float32Array, Float32Array, Float32Array]
  for (let j = 0, p = 0; j < LATTICE; j++) {
    for (let i = 0; i < LATTICE; i++, p++) {
      const rx = bendX[p]! * bend * LATTICE
      const ry = bendY[p]! * bend * LATTICE
      const x = way * u.x[p]! + rx
      const y = way * u.y[p]! + ry
      const mine = nodeSample(smallSource, i + x, j + y)
      const other = nodeSample(smallNeighbour, i + x - u.x[p]!, j + y - u.y[p]!)
      moveX[p] = (x * width) / LATTICE
      moveY[p] = (y * height) / LATTICE
      change[p] = (way * (other - mine) * Math.min(mine, other)) / Math.max(mine, other, 1)
      brightness[p] = Math.exp(bias * biasField[p]!)
    }
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
