/** A dataset as `data add --json` and `data show --json` write it, and as text. */
import { type Dataset, PARTS } from '../core/dataset/dataset.ts'
import { groupOf } from '../core/dataset/groupedSplit.ts'
import { ruleWords } from '../core/dataset/split.ts'
import { alignedTable } from './table.ts'

export interface DatasetRecord {
  readonly name: string
  readonly fingerprint: string
  readonly split: string
  readonly classes: readonly ClassCounts[]
  readonly rejected: readonly { readonly path: string; readonly reason: string }[]
  readonly simulatedLabels: boolean
  /** Drawn by this program. */
  readonly phantom: boolean
  /** What tells its groups, and how many there are; null where nobody looked for them. */
  readonly groups: { readonly by: string; readonly count: number } | null
  readonly images: number
}

interface ClassCounts {
  readonly name: string
  readonly train: number
  readonly validation: number
  readonly test: number
  /** In no part of the split. */
  readonly unused: number
}

export function datasetRecord(dataset: Dataset): DatasetRecord {
  const counts = dataset.classes.map(name => ({ name, train: 0, validation: 0, test: 0, unused: 0 }))
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
    phantom: dataset.phantom === true,
    groups:
      dataset.groups === undefined
        ? null
        : { by: ruleWords(dataset.groups), count: new Set(dataset.images.map(groupOf)).size },
    images: dataset.images.length,
  }
}

/** ` (simulated labels)`; nothing where there is nothing to say. */
function marksOf({ simulatedLabels, phantom }: DatasetRecord): string {
  const marks = [
    ...(phantom ? ['phantom: drawn images, for teaching'] : []),
    ...(simulatedLabels ? ['simulated labels'] : []),
  ]
  return marks.length === 0 ? '' : ` (${marks.join('; ')})`
}

/** How many rejected images the text names; the JSON names all. */
const NAMED = 10

export function describeDataset(record: DatasetRecord): string {
  const total = (part: (typeof PARTS)[number]): number => record.classes.reduce((sum, row) => sum + row[part], 0)
  const rows = record.classes.map(row => [row.name, ...PARTS.map(part => String(row[part]))])
  const lines = [
    `${record.name}${marksOf(record)} · ${record.images} images · split ${record.split}`,
    `fingerprint ${record.fingerprint}`,
    '',
    alignedTable(
      [{ title: 'class' }, ...PARTS.map(part => ({ title: part, align: 'right' as const }))],
      [...rows, ['all', ...PARTS.map(part => String(total(part)))]],
    ),
  ]
  const unused = record.classes.reduce((sum, row) => sum + row.unused, 0)
  if (unused > 0) lines.push('', `${unused} images are unused: the ${record.split} split leaves the source's test part out`)
  if (record.groups !== null) lines.push('', `${record.groups.count} groups by ${record.groups.by}`)
  const { rejected } = record
  if (rejected.length > 0) {
    lines.push('', `! ${rejected.length} left out:`)
    lines.push(...rejected.slice(0, NAMED).map(({ path, reason }) => `  ${path}: ${reason}`))
    if (rejected.length > NAMED) lines.push(`  and ${rejected.length - NAMED} more: --json names all`)
  }
  return lines.join('\n')
}
