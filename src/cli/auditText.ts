/** An audit for people: counts, what is wrong, and what to do about it. */
import { type Audit, type AuditedPair, PARTS } from '../core/dataset/index.ts'
import { alignedTable } from './table.ts'

/** Pairs and outliers that the text names. */
const NAMED = 8

/** How the words for groups begin that were found by likeness. */
const NEAR_DUPLICATES = 'near duplicates'

/** What is wrong, a sentence each, with what to do. Empty where nothing is. */
export function auditWarnings(audit: Audit): string[] {
  const { acrossSplits, groups, labelConflicts, classes, outliers, split } = audit
  const warnings: string[] = []
  const grouped =
    split === 'grouped'
      ? `these groups (${groups.by}) do not hold them together: is one subject in two of them?`
      : `train on a split that holds them together: 'mri-lab run ... --split grouped', or add the images with --split grouped`
  if (groups.acrossSplits > 0 && !groups.by.startsWith(NEAR_DUPLICATES)) {
    warnings.push(
      `${groups.acrossSplits} of ${groups.count} groups (${groups.by}) lie in more than one part of the ${split} split, so its figures come out too good; ${grouped}`,
    )
  } else if (acrossSplits > 0) {
    warnings.push(
      `${count(acrossSplits, 'pair')} of the same or nearly the same image ${acrossSplits === 1 ? 'lies' : 'lie'} in two parts of the ${split} split; ${grouped}`,
    )
  }
  if (labelConflicts > 0) {
    warnings.push(
      `${count(labelConflicts, 'pair')} of the same or nearly the same image have two labels: look at them, and take the wrong one out`,
    )
  }
  for (const part of ['train', 'validation'] as const) {
    const lacking = classes.filter(row => row[part] === 0).map(row => row.name)
    if (lacking.length > 0) warnings.push(`${part} has no image of ${lacking.join(', ')}: its measures say nothing of it`)
  }
  const blank = outliers.filter(({ kind }) => kind === 'blank').length
  if (blank > 0) warnings.push(`${count(blank, 'image')} blank: take ${blank === 1 ? 'it' : 'them'} out`)
  if (outliers.length > blank) {
    warnings.push(
      `${count(outliers.length - blank, 'image')} unlike the others in size, brightness or contrast: look at them`,
    )
  }
  return warnings
}

export function describeAudit(audit: Audit): string {
  const warnings = auditWarnings(audit)
  return [
    `${audit.name} · ${audit.images} images · ${audit.split} split`,
    '',
    ...(warnings.length === 0 ? ['Nothing found that would make a result false.'] : warnings.map(words => `! ${words}`)),
    '',
    countsTable(audit),
    `the largest class has ${number(audit.imbalance)} images for each of the smallest`,
    '',
    alignedTable(
      [{ title: 'copies' }, { title: 'pairs', align: 'right' }],
      [
        ['the same file', String(audit.exactDuplicates)],
        [`nearly the same image (correlation of edges from ${audit.threshold})`, String(audit.nearDuplicates)],
        ['of these, in two parts', String(audit.acrossSplits)],
        ['of these, with two labels', String(audit.labelConflicts)],
      ],
    ),
    '',
    ...leakLines(audit),
    ...section('pairs', audit.pairs, audit.pairs.length + audit.pairsLeftOut, pairLine),
    ...section(
      'outliers',
      audit.outliers,
      audit.outliers.length,
      ({ origin, kind, value, usual }) => `${origin}: ${kind} ${value}, usual ${usual}`,
    ),
  ]
    .join('\n')
    .trimEnd()
}

function countsTable({ classes }: Audit): string {
  const parts = [...PARTS, ...(classes.some(row => row.unused > 0) ? (['unused'] as const) : [])]
  return alignedTable(
    [{ title: 'class' }, ...parts.map(part => ({ title: part, align: 'right' as const }))],
    classes.map(row => [row.name, ...parts.map(part => String(row[part]))]),
  )
}

/** What can be had on validation without learning anything about the classes. */
function leakLines({ baselineLoss, baselineAccuracy, neighbours, groups }: Audit): string[] {
  if (baselineAccuracy === null) return ['The split has no validation images to measure a leak on.', '']
  const loss = baselineLoss === null ? 'infinite, for train lacks a class' : `${baselineLoss.toFixed(4)} nats`
  const lines = [`Class frequencies alone: accuracy ${number(baselineAccuracy)} on validation, cross entropy ${loss}.`]
  const { accuracy, sameGroup, grouped } = neighbours
  if (accuracy !== null && sameGroup !== null) {
    lines.push(
      `The label of the most similar training image: accuracy ${number(accuracy)}; it is of the same group for ${percent(sameGroup)} of the images.`,
    )
  }
  if (accuracy !== null && grouped !== null) {
    lines.push(`The same under grouped splits: ${number(grouped)}. What lies between may be a leak.`)
  }
  if (groups.by.startsWith(NEAR_DUPLICATES)) {
    lines.push(
      'Near duplicates are not patients: where patients are known, add the images with --group-column or --group-pattern.',
    )
  }
  lines.push(`Groups: ${groups.count} by ${groups.by}, ${groups.acrossSplits} of them in more than one part.`, '')
  return lines
}

function pairLine({ a, b, likeness, exact, labelConflict }: AuditedPair): string {
  const how = exact ? 'same file' : likeness.toFixed(3)
  const labels = labelConflict ? ` ${a.class} ${b.class}` : ''
  return `${how}: ${a.origin} (${a.part}) and ${b.origin} (${b.part})${labels}`
}

function section<T>(title: string, items: readonly T[], total: number, line: (item: T) => string): string[] {
  if (total === 0) return []
  const more = total - Math.min(items.length, NAMED)
  return [
    `${title}:`,
    ...items.slice(0, NAMED).map(item => `  ${line(item)}`),
    ...(more > 0 ? [`  and ${more} more: --json names up to 1000`] : []),
    '',
  ]
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function percent(share: number): string {
  return `${number(100 * share)} %`
}
