/** What the audit found: how many copies and leaks, and each pair with both pictures beside each other. */
import { Box } from 'ink'
import { greyPicture } from '../../core/explain/overlay.ts'
import { Blank } from '../components/Blank.tsx'
import { Message } from '../components/Message.tsx'
import { layOut, PictureGrid } from '../components/PictureGrid.tsx'
import { Row } from '../components/Row.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { wrapped } from '../format/wrapped.ts'
import { useCursor } from '../hooks/useCursor.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useListFilter } from '../hooks/useListFilter.tsx'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { keyWords } from '../keymap.ts'
import { usePictureShape } from '../pictures/usePictures.ts'
import { greyImages, originWords, placesOf, type ShownAudit, type storedAudit } from '../queries/data.ts'
import { cellText, textFile, writeText } from '../textFile.ts'
import { SYMBOLS } from '../theme.ts'
import type { DataViewProps } from './dataViews.ts'

const COLUMNS: readonly DataColumn[] = [
  { title: 'likeness', width: 8, align: 'right' },
  { title: 'what', width: 24 },
  { title: 'one', width: 14, grow: true },
  { title: 'the other', width: 14, grow: true },
]
export function AuditView({
  width,
  height,
  active,
  dataset,
  found,
}: DataViewProps & { readonly found: ReturnType<typeof storedAudit> }) {
  const output = useOutput()
  const filter = useListFilter(`data.pairs.filter ${dataset.name}`, width)
  const all = found?.audit.pairs ?? []
  const pairs = all.filter((one, at) => filter.accepts(pairRow(one, at).cells))
  const head = found === null ? [] : summary(found.audit).flatMap(line => wrapped(line, width - 4))
  const pictures = Math.min(height - head.length - 5, Math.max(8, Math.floor(height * 0.55)))
  const page = Math.max(1, height - head.length - pictures - 2)
  const cursor = useCursor(`data.pairs ${dataset.name}`, pairs.length, page)
  const pair = pairs[cursor.at]
  const both = [pair?.a, pair?.b].map(one => dataset.images.find(image => image.id === one?.image))
  const grey = useQuery(greyImages, [], dataset.pixels, placesOf(both))
  const picture = usePictureShape()
  const cells = (of: typeof pairs): string[][] => of.map((one, at) => pairRow(one, at).cells)
  useKeys(
    'data',
    {
      ...(pairs.length > 0 ? cursor.handlers : {}),
      ...(all.length > 0 ? filter.handlers : {}),
      copy: pair && (() => output.copy(cellText(cells([pair]), '\t'))),
      exportIt:
        pairs.length === 0
          ? undefined
          : () =>
              output.write(textFile(process.cwd(), `${dataset.name}-audit`, 'csv'), path =>
                writeText(path, cellText([COLUMNS.map(one => one.title), ...cells(pairs)], ',')),
              ),
    },
    { active },
  )
  if (found === null) {
    const says = `${keyWords('audit')} compares every image with every other: copies, near copies, leaks between parts, labels at odds.`
    return <Message width={width} height={height} text={['This dataset has not been audited.', says]} />
  }
  const shape = both[0] ?? { width: 1, height: 1 }
  const layout = layOut({ width: width - 4, height: pictures }, shape, { most: 2, captions: 2, least: 4, picture })
  return (
    <>
      {head.map(line => (
        <Row key={line} width={width} pieces={[`  ${line}`]} />
      ))}
      {filter.line ?? <Blank />}
      {all.length > 0 && pairs.length === 0 ? (
        <Message width={width} height={3} text={['No pair is called that.']} />
      ) : pairs.length === 0 ? (
        <Message width={width} height={3} text={[`${SYMBOLS.good} No two images are copies or nearly so.`]} />
      ) : (
        <Table
          width={width}
          height={page + 1}
          columns={COLUMNS}
          count={pairs.length}
          row={at => pairRow(pairs[at]!, at)}
          cursor={cursor.at}
          top={cursor.top}
        />
      )}
      <Box flexGrow={1} />
      <Box flexDirection="column" paddingLeft={4}>
        <PictureGrid
          width={width - 4}
          layout={layout}
          roomy
          tiles={grey.map((picture, i) => {
            const one = i === 0 ? pair?.a : pair?.b
            const captions = [`${one?.class} · ${one?.part}`, one === undefined ? '' : originWords(one.origin)]
            return { key: `${i} ${one?.image}`, pixels: greyPicture(picture.pixels, picture), captions }
          })}
        />
      </Box>
    </>
  )
}

function summary(audit: ShownAudit): string[] {
  const { exactDuplicates, nearDuplicates, acrossSplits, labelConflicts, outliers, neighbours, baselineAccuracy } = audit
  const share = (value: number | null): string => (value === null ? SYMBOLS.unknown : `${(100 * value).toFixed(1)} %`)
  const leak = acrossSplits === 0 ? SYMBOLS.good : SYMBOLS.warning
  const labels = labelConflicts === 0 ? SYMBOLS.good : SYMBOLS.warning
  return [
    `${exactDuplicates} exact and ${nearDuplicates} near copies · ${leak} ${acrossSplits} pairs across parts · ${labels} ${labelConflicts} with two labels · ${outliers.length} outliers`,
    `label of the most alike training image: right in ${share(neighbours.accuracy)} of validation · largest class: ${share(baselineAccuracy)}`,
    ...(audit.pairsLeftOut === 0 ? [] : [`${audit.pairsLeftOut} more pairs are not listed`]),
  ]
}

function pairRow({ a, b, likeness, exact, acrossSplits, labelConflict }: ShownAudit['pairs'][number], at: number) {
  const what = [exact ? 'same file' : 'near copy', acrossSplits ? 'across parts' : '', labelConflict ? 'two labels' : '']
  const name = ({ class: label, origin }: { class: string; origin: string }): string => `${label} ${originWords(origin)}`
  return {
    key: `${at}`,
    cells: [likeness.toFixed(3), what.filter(Boolean).join(', '), name(a), name(b)],
    tone: acrossSplits || labelConflict ? ('warning' as const) : undefined,
  }
}
