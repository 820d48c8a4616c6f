import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyNamed } from '../../../src/core/augmentation/index.ts'
import { augmentedPixels, epochOrder, inBatches, plainPixels } from '../../../src/core/training/batches.ts'

const size = 4
const images = Array.from({ length: 11 }, (_, place) => ({ id: `image-${place}`, place, label: place % 3 }))
const bytes = Uint8Array.from({ length: images.length * size * size }, (_, i) => (i * 37) % 256)
const memory = { bytes, size }

describe('the order of an epoch', () => {
  it('is a permutation, and another in every epoch and run', () => {
    const [a, b, c] = [epochOrder(images, 1, 0, 1), epochOrder(images, 1, 0, 2), epochOrder(images, 1, 1, 1)]
    expect(a.map(image => image.id).sort()).toEqual(images.map(image => image.id).sort())
    expect(a).not.toEqual(b)
    expect(a).not.toEqual(c)
  })
  it('keeps the relative order of images that two cells share', () => {
    fc.assert(
      fc.property(fc.subarray(images), fc.integer({ min: 1, max: 50 }), (some, epoch) => {
        const whole = epochOrder(images, 3, 2, epoch).filter(image => some.includes(image))
        expect(epochOrder(some, 3, 2, epoch)).toEqual(whole)
      }),
    )
  })
})

describe('batches', () => {
  it('hold every image once, the last what is left', () => {
    expect([...inBatches(images, 4)].map(batch => batch.length)).toEqual([4, 4, 3])
    expect([...inBatches(images, 4)].flat()).toEqual(images)
  })
  it('plain pixels are the bytes of the images asked for', () => {
    expect([...plainPixels([images[3]!, images[0]!], memory)]).toEqual([...bytes.slice(48, 64), ...bytes.slice(0, 16)])
  })
  it('under none, augmented pixels are the plain ones', () => {
    const at = { seed: 1, index: 0, epoch: 1 }
    expect(augmentedPixels(images, memory, policyNamed('none'), at)).toEqual(plainPixels(images, memory))
  })
  it('under flip, an image is itself or its mirror image, by its own draw, whatever batch it is in', () => {
    const at = { seed: 1, index: 0, epoch: 1 }
    const flip = policyNamed('flip')
    const together = augmentedPixels(images, memory, flip, at)
    for (const [i, image] of images.entries()) {
      const alone = augmentedPixels([image], memory, flip, at)
      expect(alone).toEqual(together.slice(i * 16, (i + 1) * 16))
      const plain = [...plainPixels([image], memory)]
      const mirrored = [0, 1, 2, 3].flatMap(row => plain.slice(row * 4, row * 4 + 4).reverse())
      expect([plain, mirrored]).toContainEqual([...alone])
    }
  })
  it('flips about half of the images', () => {
    let flipped = 0
    for (let epoch = 1; epoch <= 100; epoch++) {
      const changed = augmentedPixels(images, memory, policyNamed('flip'), { seed: 5, index: 0, epoch })
      for (const [i, image] of images.entries()) {
        const [plain] = plainPixels([image], memory)
        if (changed[i * 16] !== plain) flipped++
      }
    }
    expect(Math.abs(flipped / 1100 - 0.5)).toBeLessThan(4.5 * Math.sqrt(0.25 / 1100)) // 4.5 sigma; seeded, so it cannot flicker
  })
})
