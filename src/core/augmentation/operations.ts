/** The operations of AutoAugment (Cubuk et al. 2019) by torchvision's names, with its magnitudes. */
import { rotation, shearX, shearY, transform, translate } from './affine.ts'
import type { Canvas } from './canvas.ts'
import { bin } from './magnitude.ts'
import { sharpness } from './sharpness.ts'
import { autoContrast, brightness, contrast, equalize, invert, posterize, solarize } from './tones.ts'

interface Operation {
  /** Which of the ten bins means what, for an image of this size; left out where the operation takes no magnitude. */
  readonly magnitude?: (at: number, width: number, height: number) => number
  /** Whether a magnitude can be negative. */
  readonly signed?: true
  readonly apply: (canvas: Canvas, value: number) => void
}

const fraction = (at: number): number => bin(0, 0.9, at)
const slant = (at: number): number => bin(0, 0.3, at)
/** Longest translation, as a share of the side. */
const FAR = 150 / 331

const OPERATIONS = {
  ShearX: {
    magnitude: slant,
    signed: true,
    apply: (canvas, value) => canvas.move((...images) => transform(...images, shearX(value))),
  },
  ShearY: {
    magnitude: slant,
    signed: true,
    apply: (canvas, value) => canvas.move((...images) => transform(...images, shearY(value))),
  },
  TranslateX: {
    magnitude: (at, width) => bin(0, FAR * width, at),
    signed: true,
    apply: (canvas, value) => canvas.move((...images) => translate(...images, { x: Math.trunc(value), y: 0 })),
  },
  TranslateY: {
    magnitude: (at, _, height) => bin(0, FAR * height, at),
    signed: true,
    apply: (canvas, value) => canvas.move((...images) => translate(...images, { x: 0, y: Math.trunc(value) })),
  },
  Rotate: {
    magnitude: at => bin(0, 30, at),
    signed: true,
    apply: (canvas, value) =>
      canvas.move((from, to, width, height) => transform(from, to, width, height, rotation(value, width, height))),
  },
  Brightness: {
    magnitude: fraction,
    signed: true,
    apply: (canvas, value) => canvas.retone(table => brightness(table, 1 + value)),
  },
  // Pillow blends a grey image's colours with its grey: with itself.
  Color: { magnitude: fraction, signed: true, apply: () => {} },
  Contrast: {
    magnitude: fraction,
    signed: true,
    apply: (canvas, value) => canvas.retone(table => contrast(table, 1 + value, canvas.counts())),
  },
  Sharpness: {
    magnitude: fraction,
    signed: true,
    apply: (canvas, value) => canvas.redraw((...images) => sharpness(...images, 1 + value)),
  },
  Posterize: {
    magnitude: at => 8 - Math.round(at / 2.25),
    apply: (canvas, value) => canvas.retone(table => posterize(table, value)),
  },
  Solarize: {
    magnitude: at => bin(255, 0, at),
    apply: (canvas, value) => canvas.retone(table => solarize(table, value)),
  },
  AutoContrast: { apply: canvas => canvas.retone(table => autoContrast(table, canvas.counts())) },
  Equalize: { apply: canvas => canvas.retone(table => equalize(table, canvas.counts())) },
  Invert: { apply: canvas => canvas.retone(invert) },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof OPERATIONS
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[]

/** Whether it takes a magnitude. */
export function isScaled(name: OperationName): boolean {
  return definition(name).magnitude !== undefined
}

/** Whether its magnitude can be negative. */
export function isSigned(name: OperationName): boolean {
  return definition(name).signed === true
}

/**
 * What a bin means: degrees of Rotate, pixels of the translations, bits of Posterize, the threshold of Solarize, tangents of the shears, and for
 * blends what is added to a factor of 1. 0 for an operation without magnitude.
 */
export function magnitudeOf(name: OperationName, at: number | null, sign: 1 | -1, width: number, height: number): number {
  const { magnitude, signed } = definition(name)
  const value = magnitude === undefined ? 0 : magnitude(at ?? 0, width, height)
  return signed && sign < 0 ? -value : value
}

export function applyOperation(canvas: Canvas, name: OperationName, value: number): void {
  definition(name).apply(canvas, value)
}

function definition(name: OperationName): Operation {
  return OPERATIONS[name]
}
