/** What augmentation makes of an image: an operation at a magnitude, or some draws of a policy. */
import {
  isScaled,
  isSigned,
  LARGEST_SIDE,
  OPERATION_NAMES,
  perform,
  policyNamed,
  type Step,
} from '../../core/augmentation/index.ts'
import type { GreyImage } from '../../core/dataset/index.ts'
import { randomStream } from '../../core/shared/random.ts'
import { POLICIES } from '../../core/study/index.ts'

export interface Augmented {
  /** What was done, in words. */
  readonly says: string
  readonly pixels: Uint8Array
}

/** What can be shown: the policies, then the operations. */
export const AUGMENTATIONS: readonly string[] = [...POLICIES.filter(name => name !== 'none'), ...OPERATION_NAMES]

/** Whether it takes a magnitude. */
export function takesMagnitude(name: string): boolean {
  const operation = OPERATION_NAMES.find(one => one === name)
  return operation !== undefined && isScaled(operation)
}

export function isPolicy(name: string): boolean {
  return POLICIES.some(one => one === name)
}

/**
 * An operation both ways where it has a sign; of a policy as many draws as there are places, the first numbered `from`, as training draws for
 * run 0 of seed 1. Empty for an image that is too large to be augmented.
 */
export function augmented(
  image: GreyImage,
  id: string,
  name: string,
  magnitude: number,
  from: number,
  places: number,
): Augmented[] {
  if (Math.max(image.width, image.height) > LARGEST_SIDE) return []
  const shown = (steps: readonly Step[]): Augmented => {
    const pixels = new Uint8Array(image.pixels.length)
    perform(steps, image, pixels)
    return { says: steps.length === 0 ? 'nothing' : steps.map(stepWords).join(', '), pixels }
  }
  const operation = OPERATION_NAMES.find(one => one === name)
  if (operation === undefined) {
    const policy = policyNamed(name)
    return Array.from({ length: places }, (_, i) => shown(policy.draw(randomStream(1, 0, 'augmentation', from + i + 1, id))))
  }
  const signs = isSigned(operation) ? ([1, -1] as const) : ([1] as const)
  return signs.map(sign => shown([{ operation, magnitude: isScaled(operation) ? magnitude : null, sign }]))
}

function stepWords({ operation, magnitude, sign }: Step): string {
  return `${operation}${magnitude === null ? '' : ` ${sign < 0 ? '-' : ''}${magnitude}`}`
}
