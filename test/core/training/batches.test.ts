import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyNamed } from '../../../src/core/augmentation/index.ts'
import { augmentedPixels, epochOrder, inBatches, plainPixels } from '../../../src/core/training/batches.ts'

const size = 4
const images = Array.from({ length: 11 }, (_, place) => ({ id: `image-${place}`, place, label: place % 3 }))
const bytes = Uint8Array.from({ length: images.length * size * size }, (_, i) => (i * 37) % 256)
const memory = { bytes, size }

const idsOf = (some: readonly { readonly id: string }[]) => some.map(image => image.id)

describe('the order of an epoch', () => {
  it('is a permutation, and another in every epoch and run', () => {
    const task = { train: images, seed: 1, index: 0 }
    const orders = [epochOrder(task, 1), epochOrder(task, 2), epochOrder({ ...task, index: 1 }, 1)].map(idsOf)
    for (const order of orders) expect(order.toSorted()).toEqual(idsOf(images).sort())
    expect(new Set(orders.map(order => order.join())).size).toBe(3)
  })
  it('keeps the relative order of images that two cells share', () => {
    fc.assert(
      fc.property(fc.subarray(images), fc.integer({ min: 1, max: 50 }), (some, epoch) => {
        const whole = idsOf(epochOrder({ train: images, seed: 3, index: 2 }, epoch))
        const part = idsOf(epochOrder({ train: some, seed: 3, index: 2 }, epoch))
        expect(part).toEqual(whole.filter(id => idsOf(some).includes(id)))
      }),
    )
  })
})

describe('epochs that take other than all images once', () => {
  const task = { train: images, seed: 5, index: 1 }
  const ordered = fc.record({ epochImages: fc.integer({ min: 1, max: 40 }), epochs: fc.integer({ min: 1, max: 12 }) })

  it('take the passes over all images one after another, wherever epochs end', () => {
    fc.assert(
      fc.property(ordered, ({ epochImages, epochs }) => {
        const fed = Array.from({ length: epochs }, (_, i) => epochOrder({ ...task, epochImages }, i + 1))
        for (const epoch of fed) expect(epoch).toHaveLength(epochImages)
        const passes = Math.ceil((epochs * epochImages) / images.length)
        const whole = Array.from({ length: passes }, (_, i) => epochOrder(task, i + 1)).flat()
        expect(fed.flat()).toEqual(whole.slice(0, epochs * epochImages))
      }),
    )
  })
  it('show every image equally often, but for one', () => {
    fc.assert(
      fc.property(ordered, ({ epochImages, epochs }) => {
        const fed = Array.from({ length: epochs }, (_, i) => epochOrder({ ...task, epochImages }, i + 1)).flat()
        const often = images.map(({ id }) => fed.filter(image => image.id === id).length)
        expect(Math.max(...often) - Math.min(...often)).toBeLessThanOrEqual(1)
      }),
    )
  })
  it('are the usual ones where they take as many as there are', () => {
    for (const epoch of [1, 2, 7]) {
      expect(epochOrder({ ...task, epochImages: images.length }, epoch)).toEqual(epochOrder(task, epoch))
      expect(new Set(epochOrder(task, epoch).map(({ pass }) => pass))).toEqual(new Set([epoch]))
    }
  })
  it('change an image that they take twice by a draw of its own each time', () => {
    const fed = epochOrder({ ...task, epochImages: 2 * images.length }, 1)
    const pixels = augmentedPixels(fed, memory, policyNamed('flip'), task)
    const shown = (id: string) =>
      fed.flatMap((image, i) => (image.id === id ? [pixels.slice(i * 16, (i + 1) * 16).join()] : []))
    const apart = images.filter(({ id }) => new Set(shown(id)).size === 2)
    expect(apart.length).toBeGreaterThan(1)
    expect(apart.length).toBeLessThan(images.length)
  })
})

describe('batches', () => {
  const at = { seed: 1, index: 0 }
  const fed = (pass: number) => images.map(image => ({ ...image, pass }))
  it('hold every image once, the last what is left', () => {
    expect([...inBatches(images, 4)].map(batch => batch.length)).toEqual([4, 4, 3])
    expect([...inBatches(images, 4)].flat()).toEqual(images)
  })
  it('plain pixels are the bytes of the images asked for', () => {
    expect([...plainPixels([images[3]!, images[0]!], memory)]).toEqual([...bytes.slice(48, 64), ...bytes.slice(0, 16)])
  })
  it('under none, augmented pixels are the plain ones', () => {
    expect(augmentedPixels(fed(1), memory, policyNamed('none'), at)).toEqual(plainPixels(images, memory))
  })
  it('under flip, an image is itself or its mirror image, by its own draw, whatever batch it is in', () => {
    const flip = policyNamed('flip')
    const together = augmentedPixels(fed(1), memory, flip, at)
    for (const [i, image] of fed(1).entries()) {
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
      const changed = augmentedPixels(fed(epoch), memory, policyNamed('flip'), { seed: 5, index: 0 })
      for (const [i, image] of images.entries()) {
        const [plain] = plainPixels([image], memory)
        if (changed[i * 16] !== plain) flipped++
      }
    }
    expect(Math.abs(flipped / 1100 - 0.5)).toBeLessThan(4.5 * Math.sqrt(0.25 / 1100)) // 4.5 sigma; seeded, so it cannot flicker
  })
})
