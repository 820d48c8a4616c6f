/** A bank image as `synth list --json` writes it, and as text. */
import type { BankImage } from '../core/synthesis/index.ts'
import { alignedTable } from './table.ts'

export function bankRecord(image: BankImage): Record<string, unknown> {
  const { id, dataset, generator, parents, trainedOn, variation, parameters, cost, created, sha256 } = image
  const { width, height, terms } = image
  return {
    ...{ id, dataset, generator, class: image.class, parents, trainedOn, variation, parameters, cost, created, sha256 },
    ...{ width, height, terms },
  }
}

export function describeBank(images: readonly BankImage[]): string {
  const groups = Map.groupBy(images, ({ dataset, generator, class: name }) => JSON.stringify([dataset, generator, name]))
  return alignedTable(
    [
      { title: 'dataset' },
      { title: 'generator' },
      { title: 'class' },
      { title: 'images', align: 'right' },
      { title: 'of sources', align: 'right' },
      { title: 'USD', align: 'right' },
      { title: 'ids', align: 'right' },
    ],
    [...groups.values()].map(group => {
      const [first] = group
      const cost = group.reduce((sum, one) => sum + one.cost, 0)
      return [
        ...[first!.dataset, first!.generator, first!.class, String(group.length)],
        ...[String(new Set(group.map(({ parents }) => parents[0])).size), cost.toFixed(2)],
        `${first!.id}..${group.at(-1)!.id}`,
      ]
    }),
  )
}
