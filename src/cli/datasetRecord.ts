/** A dataset as `data add --json` and `data show --json` write it, and as text. */
import { type Dataset, PARTS } from '../core/dataset/dataset.ts'
import { alignedTable } from './table.ts'

export interface DatasetRecord {
  readonly name: string
  readonly fingerprint: string
  readonly split: string
  readonly classes: readonly ClassCounts[]
  readonly rejected: readonly { readonly path: string; readonly reason: string }[]
  readonly simulatedLabels: boolean
  readonly images: number
}

interface ClassCounts {
  readonly name: string
  readonly train: number
  readonly validation: number
  readonly test: number
}

export function datasetRecord(dataset: Dataset): DatasetRecord {
  const counts = dataset.classes.map(name => ({ name, train: 0, validation: 0, test: 0 }))
  for (const image of dataset.images) {
    const row = counts[image.label]
    if (row !== undefined) row[image.part]++
  }
  return {
    name: dataset.name,
    fingerprint: dataset.fingerprint,
    split: dataset.split.kind,
    classes: counts,
    rejected: dataset.rejected,
    simulatedLabels: dataset.simulatedLabels,
    images: dataset.images.length,
  }
}

/** How many rejected images the text names; the JSON names all. */
const NAMED = 10

export function describeDataset(record: DatasetRecord): string {
  const total = (part: (typeof PARTS)[number]): number => record.classes.reduce((sum, row) => sum + row[part], 0)
  const rows = record.classes.map(row => [row.name, ...PARTS.map(part => String(row[part]))])
  const lines = [
    `${record.name}${record.simulatedLabels ? ' (simulated labels)' : ''} · ${record.images} images · split ${record.split}`,
    `fingerprint ${record.fingerprint}`,
    '',
    alignedTable(
      [{ title: 'class' }, ...PARTS.map(part => ({ title: part, align: 'right' as const }))],
      [...rows, ['all', ...PARTS.map(part => String(total(part)))]],
    ),
  ]
  const { rejected } = record
  if (rejected.length > 0) {
    lines.push('', `! ${rejected.length} left out:`)
    lines.push(...rejected.slice(0, NAMED).map(({ path, reason }) => `  ${path}: ${reason}`))
    if (rejected.length > NAMED) lines.push(`  and ${rejected.length - NAMED} more: --json names all`)
  }
  return lines.join('\n')
}
