/**
 * Our side of bench/augment.ts: a process that applies a policy to images and says how long it took.
 *
 *     node labAugment.ts FILE SIZE     FILE: images of SIZE x SIZE grey bytes, one after another
 *
 * Answers {"task": "bytes" | "floats", "policy": NAME, "times": N} (N passes over the images) with {"microseconds": an image's}. bytes: each image into one
 * array that is used again; floats: batches of 32 as training makes them, a new array each.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { perform, policyNamed } from '../../src/core/augmentation/index.ts'
import { randomStream } from '../../src/core/shared/random.ts'
import { augmentedPixels, inBatches } from '../../src/core/training/batches.ts'

const [file = '', size = 0] = [process.argv[2], Number(process.argv[3])]
const bytes = new Uint8Array(readFileSync(file))
const area = size * size
const images = Array.from({ length: bytes.length / area }, (_, place) => ({ id: `image-${place}`, place, label: 0 }))

console.log(JSON.stringify({ node: process.versions.node, images: images.length }))
const target = new Uint8Array(area)
let pass = 0
for await (const line of createInterface({ input: process.stdin })) {
  const { task, policy: name, times } = JSON.parse(line) as { task: string; policy: string; times: number }
  const policy = policyNamed(name)
  const begun = performance.now()
  for (let time = 0; time < times; time++, pass++) {
    if (task === 'floats') {
      const fed = images.map(image => ({ ...image, pass }))
      for (const batch of inBatches(fed, 32)) augmentedPixels(batch, { bytes, size }, policy, { seed: 1, index: 0 })
    } else {
      for (const { id, place } of images) {
        const steps = policy.draw(randomStream(1, 0, 'augmentation', pass, id))
        const pixels = bytes.subarray(place * area, (place + 1) * area)
        perform(steps, { pixels, width: size, height: size }, target)
      }
    }
  }
  console.log(JSON.stringify({ microseconds: (1000 * (performance.now() - begun)) / times / images.length }))
}
