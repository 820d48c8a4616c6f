import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ClassSample, type DatasetImage, oversampled, sampleRun } from '../../../src/core/dataset/index.ts'

function image(id: string, label: number): DatasetImage {
  return { id, sha256: id, label, part: 'train', sourcePart: null, width: 1, height: 1, offset: 0, origin: id }
}
const imagesOf = (counts: readonly number[]) =>
  counts.flatMap((count, label) => Array.from({ length: count }, (_, n) => image(`${label}-${n}`, label)))

const mix = fc.constantFrom(
  { real: 1, synthetic: 0 },
  { real: 0.5, synthetic: 0 },
  { real: 1, synthetic: 0.3 },
  { real: 0.6, synthetic: 1.7 },
  { real: 0, synthetic: 0 },
)
const classes = fc.array(fc.record({ count: fc.integer({ min: 2, max: 30 }), mix }), { minLength: 1, maxLength: 4 })
const seeds = fc.nat(1000)

function samplesOf(
  given: readonly { count: number; mix: { real: number; synthetic: number } }[],
  seed: number,
  index: number,
) {
  const images = imagesOf(given.map(({ count }) => count))
  return sampleRun({ images, mixes: given.map(one => one.mix), seed, index })
}
const idsOf = ({ real, synthetic }: ClassSample) => [...real, ...synthetic].map(({ id }) => id)

test('every class that has images comes up to the greatest, its images within one copy of each other, each under an id of its own', () => {
  fc.assert(
    fc.property(classes, seeds, seeds, (given, seed, index) => {
      const samples = samplesOf(given, seed, index)
      const most = Math.max(...samples.map(sample => idsOf(sample).length))
      const copies = oversampled(samples, seed, index)
      for (const [label, sample] of samples.entries()) {
        const ids = idsOf(sample)
        const own = copies[label]!
        expect(ids.length + own.length).toBe(ids.length === 0 ? 0 : most)
        const often = ids.map((_, of) => own.filter(copy => copy.of === of).length)
        if (ids.length > 0) expect(Math.max(...often) - Math.min(...often)).toBeLessThanOrEqual(1)
        for (const { of, id } of own) expect(id.startsWith(`${ids[of]}s`)).toBe(true)
        expect(new Set([...ids, ...own.map(({ id }) => id)]).size).toBe(ids.length + own.length)
      }
      expect(oversampled(samples, seed, index)).toEqual(copies)
    }),
  )
})

test('of real images alone they are the duplicates of a control at the same count', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 60 }), seeds, seeds, (few, more, seed, index) => {
      const images = imagesOf([few + more, few])
      const alone = sampleRun({ images, mixes: [1, 1].map(real => ({ real, synthetic: 0 })), seed, index })
      const duplicates = [
        { real: 1, synthetic: 0 },
        { real: 1, synthetic: more / few },
      ]
      const control = sampleRun({ images, mixes: duplicates, seed, index })[1]!
      const [none, copies] = oversampled(alone, seed, index)
      expect(none).toEqual([])
      expect(copies!.map(({ id }) => id)).toEqual(control.synthetic.map(({ id }) => id))
      expect(copies!.map(({ of }) => alone[1]!.real[of])).toEqual(control.synthetic.map(({ source }) => source))
    }),
  )
})

test('which images are copied once more differs from run to run', () => {
  const chosen = [0, 1, 2, 3].map(index => {
    const samples = sampleRun({
      images: imagesOf([15, 10]),
      mixes: [1, 1].map(real => ({ real, synthetic: 0 })),
      seed: 1,
      index,
    })
    return oversampled(samples, 1, index)[1]!
      .map(({ id }) => id)
      .toSorted()
      .join()
  })
  expect(new Set(chosen).size).toBe(4)
})
