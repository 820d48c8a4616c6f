import { describe, expect, test } from 'vitest'
import { groupCounts } from '../../../src/core/dataset/audit.ts'
import { contentHash } from '../../../src/core/dataset/fingerprint.ts'
import { makePhantom } from '../../../src/core/dataset/phantom.ts'

describe('a phantom', () => {
  test('is marked, has four slices a subject, its subjects as groups and no group in two parts', async () => {
    const { dataset, pixels } = await makePhantom({ name: 'heads', images: 200, seed: 1 })
    expect(dataset).toMatchObject({
      name: 'heads',
      phantom: true,
      simulatedLabels: true,
      groups: { by: 'phantom' },
      split: { kind: 'grouped' },
    })
    expect(dataset.pixels).toBe(contentHash(pixels))
    expect(dataset.images).toHaveLength(200)
    expect(groupCounts(dataset.images)).toEqual({ count: 50, acrossSplits: 0 })
    const counts = [0, 1, 2, 3].map(label => dataset.images.filter(image => image.label === label).length)
    expect(counts).toEqual([80, 60, 40, 20])
    for (const part of ['train', 'validation', 'test']) {
      expect(new Set(dataset.images.filter(image => image.part === part).map(image => image.label)).size).toBe(4)
    }
  })

  test('is the same for the same seed; more images keep those there are; another seed draws others', async () => {
    const ids = async (images: number, seed: number) =>
      (await makePhantom({ name: 'x', images, seed })).dataset.images.map(({ id }) => id)
    const small = await ids(48, 1)
    expect(await ids(48, 1)).toEqual(small)
    expect((await ids(60, 1)).slice(0, 48)).toEqual(small)
    expect((await ids(48, 2)).some(id => small.includes(id))).toBe(false)
  })

  test('ventricles grow from class to class: more dark pixels inside the head', async () => {
    const { dataset, pixels } = await makePhantom({ name: 'x', images: 400, seed: 3 })
    const dark = (label: number): number => {
      const shares = dataset.images
        .filter(image => image.label === label)
        .map(({ offset }) => {
          // The middle third of the image, where the ventricles are.
          let below = 0
          for (let y = 43; y < 86; y++) for (let x = 43; x < 86; x++) if (pixels[offset + y * 128 + x]! < 70) below++
          return below / 43 ** 2
        })
      return shares.reduce((sum, share) => sum + share, 0) / shares.length
    }
    const means = [0, 1, 2, 3].map(dark)
    expect(means).toEqual(means.toSorted((a, b) => a - b))
    expect(means[3]! / means[0]!).toBeGreaterThan(1.5)
  })

  test.each([[47], [20_001], [100.5]])('of %s images is refused', async images => {
    await expect(makePhantom({ name: 'x', images, seed: 1 })).rejects.toMatchObject({ kind: 'usage' })
  })

  test('stops when asked to', async () => {
    await expect(
      makePhantom({ name: 'x', images: 400, seed: 1 }, { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough')
  })
})
