/** How many images of each class there are in each part, and what is known of the dataset. */
import { barText } from '../components/Bars.tsx'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useScroll } from '../hooks/useScroll.ts'
import { SHOWN_PARTS, type storedAudit } from '../queries/data.ts'
import { cellText, textFile, writeText } from '../textFile.ts'
import { SYMBOLS } from '../theme.ts'
import type { DataViewProps } from './dataViews.ts'

const COLUMNS: readonly DataColumn[] = [
  { title: 'class', width: 18 },
  ...SHOWN_PARTS.map((title): DataColumn => ({ title, width: 10, align: 'right', ...(title === 'unused' && { drop: 1 }) })),
  { title: 'all', width: 7, align: 'right' },
  { title: '', width: 10, grow: true, drop: 2 },
]

export function CountsView({
  width,
  height,
  active,
  dataset,
  found,
}: DataViewProps & { readonly found: ReturnType<typeof storedAudit> }) {
  const { classCounts, classes } = dataset
  const sums = classCounts.map(({ counts }) => counts.reduce((total, count) => total + count, 0))
  const most = Math.max(1, ...sums)
  const bar = Math.max(10, width - 90)
  const rows = [
    ...classCounts.map(({ name, counts }, i) => ({
      key: name,
      cells: [name, ...counts.map(String), String(sums[i]), barText(sums[i]! / most, bar)],
    })),
    {
      key: ' all',
      cells: [
        'all',
        ...SHOWN_PARTS.map((_, part) => String(classCounts.reduce((sum, one) => sum + one.counts[part]!, 0))),
        String(sums.reduce((sum, one) => sum + one, 0)),
        ' ',
      ],
      tone: 'dim' as const,
    },
  ]
  const lines = aboutLines(dataset, found)
  const tableLines = Math.min(rows.length + 1, Math.max(2, height - 4))
  const scroll = useScroll(`data.counts ${dataset.name}`, rows.length, tableLines - 1)
  const output = useOutput()
  const table = [COLUMNS.slice(0, -1).map(one => one.title), ...rows.map(({ cells }) => cells.slice(0, -1))]
  useKeys(
    'data',
    {
      ...scroll.handlers,
      copy: () => output.copy(cellText(table, '\t')),
      exportIt: () =>
        output.write(textFile(process.cwd(), `${dataset.name}-counts`, 'csv'), path =>
          writeText(path, cellText(table, ',')),
        ),
    },
    { active: active && classes.length > 0 },
  )
  return (
    <>
      <Table
        width={width}
        height={tableLines}
        columns={COLUMNS}
        count={rows.length}
        row={at => rows[at]!}
        top={scroll.top}
      />
      <Blank />
      <Lines width={width} height={Math.max(0, height - tableLines - 1)} lines={lines.map(text => [`  ${text}`])} />
    </>
  )
}

function aboutLines(dataset: DataViewProps['dataset'], found: ReturnType<typeof storedAudit>): string[] {
  const { split, source, rejected, groups, fingerprint, images } = dataset
  const sizes = new Set(images.map(({ width, height }) => `${width} x ${height}`))
  const shape = sizes.size === 1 ? `all ${[...sizes][0]}` : `${sizes.size} sizes`
  const fractions =
    split.kind === 'parity'
      ? "the source's own parts"
      : `${split.validationFraction} validation, ${split.testFraction} test, seed ${split.seed}`
  return [
    `split        ${split.kind}: ${fractions}`,
    `pixels       ${shape}`,
    `groups       ${groups === null ? 'none known' : `${groups} (images of one stay together in a grouped split)`}`,
    ...(source?.origin === undefined ? [] : [`from         ${source.origin}`]),
    ...(source?.licence === undefined ? [] : [`licence      ${source.licence}`]),
    ...(rejected === 0
      ? []
      : [`left out     ${rejected} files that could not be read ('mri-lab data show ${dataset.name}')`]),
    `fingerprint  ${fingerprint.slice(0, 16)}`,
    found === null
      ? `audit        ${SYMBOLS.unknown} not made yet`
      : `audit        ${found.created.slice(0, 10)}: ${found.audit.acrossSplits} pairs across parts, ${found.audit.labelConflicts} with two labels`,
  ]
}
