/** A small dataset of smooth heads, and the images that may be asked of it. */
import { createHash } from 'node:crypto'
import type { Dataset } from '../../src/core/dataset/index.ts'
import type { Order } from '../../src/core/synthesis/index.ts'
import type { Store } from '../../src/store/index.ts'

const SIDE = 32

/** Adds a dataset `heads` of two classes, `count` train images, and returns it. */
export function addHeads(store: Store, count = 6): Dataset {
  const pictures = Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
      const [x, y] = [(at % SIDE) - SIDE / 2, Math.floor(at / SIDE) - SIDE / 2]
      return x * x + y * y > 180 ? 0 : 100 + index * 10 + x
    }),
  )
  const images = pictures.map((pixels, index) => {
    const sha256 = createHash('sha256').update(pixels).digest('hex')
    const place = { width: SIDE, height: SIDE, offset: index * SIDE * SIDE, origin: `/home/somebody/${index}.png` }
    return { id: `${sha256}-1`, sha256, label: index % 2, part: 'train' as const, sourcePart: null, ...place }
  })
  const dataset: Dataset = {
    name: 'heads',
    fingerprint: 'f'.repeat(64),
    classes: ['NonDemented', 'MildDemented'],
    split: { kind: 'random', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
    simulatedLabels: false,
    pixels: store.files.write(Buffer.concat(pictures)),
    images,
    rejected: [],
  }
  store.datasets.add(dataset)
  return dataset
}

/** An order for each image. */
export function ordersOf({ images, classes }: Dataset, variations = 1): Order[] {
  return images.flatMap(({ sha256, label }) =>
    Array.from({ length: variations }, (_, index): Order => {
      return { class: classes[label]!, parents: [sha256], variation: index + 1 }
    }),
  )
}

/** Those that the bank has no image for. */
export function missing(store: Store, generator: string, orders: readonly Order[]): Order[] {
  const there = new Set(store.bank.list({ generator }).map(({ parents, variation }) => `${parents}/${variation}`))
  return orders.filter(({ parents, variation }) => !there.has(`${parents}/${variation}`))
}
