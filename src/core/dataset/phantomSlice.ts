/**
 * Draws one slice of a head phantom: ellipses with soft edges, after Shepp and Logan (1974, doi 10.1109/TNS.1974.6499235), with a folded cortex and
 * ventricles that grow. It looks like an axial T1 slice without a skull to a program, not to a doctor.
 */
import type { RandomStream } from '../shared/random.ts'

/** Side of a slice in pixels. */
export const PHANTOM_SIZE = 128

/** One head. Lengths are shares of half the image's side. */
export interface Head {
  readonly halfWidth: number
  readonly halfLength: number
  /** Of the head in the image: radians, and shifts right and down. */
  readonly turn: number
  readonly right: number
  readonly down: number
  /** Of the grey rim. */
  readonly cortex: number
  /** How deep the folds go into the rim. */
  readonly folds: number
  /** Waves that the folds are made of: how many a turn, and where they begin. */
  readonly waves: readonly { readonly turns: number; readonly phase: number }[]
  /** Of the outline: how far it leaves the ellipse, two and three times a turn, and where. */
  readonly outline: readonly { readonly depth: number; readonly turns: number; readonly phase: number }[]
  /** What makes a head itself: places somewhat darker or brighter than their tissue, at a level (0 to 1) and near it. */
  readonly marks: readonly {
    readonly u: number
    readonly v: number
    readonly level: number
    readonly radius: number
    readonly brightness: number
  }[]
  /** 1 is a healthy one's. */
  readonly ventricles: number
  /** How much larger the left one is than the right one. */
  readonly asymmetry: number
  /** Slopes and bend of the logarithm of the coil's sensitivity. */
  readonly bias: readonly [number, number, number]
  readonly gain: number
  readonly gamma: number
  /** Standard deviation of the noise in both channels, of 1 as white. */
  readonly noise: number
}

const WHITE = 0.82
const GREY = 0.56
const FLUID = 0.14

/** A standard normal value: Box and Muller. */
export function normal(stream: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform())
}

/** 0 outside, 1 inside, a pixel or so between. `distance` from the edge, positive inside, as a share of half the side. */
function inside(distance: number): number {
  return Math.min(Math.max(0.5 + (distance * PHANTOM_SIZE) / 3, 0), 1)
}

/** About the distance to an ellipse's edge. */
function ellipse(x: number, y: number, a: number, b: number): number {
  return (1 - Math.hypot(x / a, y / b)) * Math.min(a, b)
}

function turned(x: number, y: number, angle: number): [number, number] {
  return [x * Math.cos(angle) + y * Math.sin(angle), y * Math.cos(angle) - x * Math.sin(angle)]
}

/**
 * `[128, 128]` grey bytes of the head at a level: 0 through the middle of the ventricles, 1 at their upper end. `stream` gives the noise, Rician as
 * in a magnitude image.
 */
export function drawSlice(head: Head, level: number, stream: RandomStream): Uint8Array {
  const pixels = new Uint8Array(PHANTOM_SIZE ** 2)
  const shrink = 1 - 0.12 * level ** 2
  const tissue = tissueOf(head, level, shrink)
  const [slopeX, slopeY, bend] = head.bias
  for (let row = 0; row < PHANTOM_SIZE; row++) {
    for (let column = 0; column < PHANTOM_SIZE; column++) {
      const x = (2 * (column + 0.5)) / PHANTOM_SIZE - 1
      const y = (2 * (row + 0.5)) / PHANTOM_SIZE - 1
      const [u, v] = turned(x - head.right, y - head.down, head.turn)
      const { value, brain } = tissue(u, v)
      const lit = value * Math.exp(slopeX * x + slopeY * y + bend * (x * x + y * y))
      const measured = Math.hypot(lit + head.noise * normal(stream), head.noise * normal(stream)) * brain
      const shown = 255 * head.gain * Math.max(0, measured) ** head.gamma
      pixels[row * PHANTOM_SIZE + column] = Math.min(Math.floor(shown + 0.5), 255)
    }
  }
  return pixels
}

/** Brightness of the tissue at a place of the head's own axes (v to the back), 0 to 1, and whether that place is brain. */
function tissueOf(head: Head, level: number, shrink: number): (u: number, v: number) => { value: number; brain: number } {
  const { cortex, folds, waves, outline, ventricles, asymmetry } = head
  const a = head.halfWidth * shrink
  const b = head.halfLength * shrink
  const near = head.marks.map(mark => ({
    ...mark,
    brightness: mark.brightness * Math.exp(-(((mark.level - level) / 0.5) ** 2)),
  }))
  const grown = ventricles * (1 - 0.75 * level)
  return (u, v) => {
    const angle = Math.atan2(v / b, u / a)
    const wave = waves.reduce((sum, { turns, phase }) => sum + Math.sin(turns * angle + phase), 0) / waves.length
    const bulge = outline.reduce((sum, { depth, turns, phase }) => sum + depth * Math.sin(turns * angle + phase), 0)
    const edge = ellipse(u, v, a * (1 + bulge), b * (1 + bulge))
    const brain = inside(edge)
    const white = inside(edge - cortex - folds * Math.max(wave, -0.5))
    const sulcus = inside(0.012 - Math.abs(wave - 0.75) * 0.08) * inside(cortex * 1.3 - edge) * Math.min(1, folds * 12)
    const gap = inside(0.011 + 0.012 * folds - Math.abs(u)) * inside(Math.abs(v) - 0.36 * b)
    let value = GREY + (WHITE - GREY) * white
    const paint = (share: number, brightness: number): void => {
      value += (brightness - value) * share
    }
    for (const { u: p, v: q, radius, brightness } of near) {
      value += brightness * Math.exp(-((u - p) ** 2 + (v - q) ** 2) / radius ** 2)
    }
    for (const side of [-1, 1]) {
      const [p, q] = turned(u - side * 0.21, v - 0.06, side * 0.25)
      paint(inside(ellipse(p, q, 0.11, 0.17)) * (1 - level), GREY + 0.06)
      const size = Math.sqrt(Math.max(grown * (1 + side * asymmetry), 0))
      const [s, t] = turned(u - side * (0.075 + 0.03 * size), v + 0.07, side * 0.22)
      paint(inside(ellipse(s, t, 0.058 * size + 0.004, 0.25 * Math.sqrt(size) + 0.004)), FLUID)
    }
    paint(inside(0.009 * ventricles * (1 - level) - Math.abs(u)) * inside(0.13 - Math.abs(v - 0.16)), FLUID)
    paint(sulcus * 0.7, FLUID)
    paint(gap * 0.8, FLUID)
    return { value, brain }
  }
}
