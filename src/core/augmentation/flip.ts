import type { Policy } from './policy.ts'

/** Left and right exchanged with probability 0.5; torchvision's RandomHorizontalFlip. */
export const flip: Policy = {
  name: 'flip',
  apply(source, target, size, draws) {
    target.set(source)
    if (draws.uniform() >= 0.5) return
    for (let row = 0; row < size; row++) target.subarray(row * size, (row + 1) * size).reverse()
  },
}
