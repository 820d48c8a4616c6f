import type { GreyImage } from '../dataset/index.ts'
import { LabError } from '../shared/errors.ts'
import { LARGEST_SIDE, mirror } from './affine.ts'
import { Canvas } from './canvas.ts'
import { applyOperation, magnitudeOf } from './operations.ts'
import type { Step } from './policy.ts'
import type { Pixels } from './table.ts'

/** Of this thread, used again for every image. */
const CANVAS = new Canvas()

/**
 * Takes the steps one after another and writes the result, of the same size, to `target`: pixel for pixel what torchvision's AutoAugment does
 * to a PIL image of mode `L`. @throws LabError `usage` for an image with a side above 16,384 pixels
 */
export function perform(steps: readonly Step[], image: GreyImage, target: Pixels): void {
  const { pixels, width, height } = image
  if (Math.max(width, height) > LARGEST_SIDE)
    throw new LabError('usage', `an image of ${width} x ${height} pixels: augmentation takes sides up to ${LARGEST_SIDE}`)
  CANVAS.begin(pixels, width, height)
  for (const { operation, magnitude, sign } of steps) {
    if (operation === 'Flip') CANVAS.move(mirror)
    else applyOperation(CANVAS, operation, magnitudeOf(operation, magnitude, sign, width, height))
  }
  CANVAS.writeTo(target)
}
