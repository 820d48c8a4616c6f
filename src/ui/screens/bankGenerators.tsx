/** The generators: how many images of each class each made, and what is to know of the one at the cursor. */
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { wrapped } from '../format/wrapped.ts'
import { useCursor } from '../hooks/useCursor.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { cellText } from '../textFile.ts'
import { SYMBOLS } from '../theme.ts'
import type { BankViewProps } from './bankViews.ts'
import { shortClass } from './composeScenario.ts'

export function GeneratorsView({ width, height, active, dataset, bank, shelf, choose, show }: BankViewProps) {
  const { shelves } = bank
  const page = Math.max(1, Math.min(shelves.length, height - 9))
  const cursor = useCursor('bank.shelves', shelves.length, page)
  const at = shelves.indexOf(shelf)
  const output = useOutput()
  const move = (to: number) => () => {
    const row = Math.min(Math.max(0, to), shelves.length - 1)
    cursor.moveTo(row)
    choose(shelves[row]!.generator)
  }
  useKeys(
    'bank',
    {
      up: move(at - 1),
      down: move(at + 1),
      first: move(0),
      last: move(shelves.length - 1),
      copy: () => output.copy(cellText([columns.map(one => one.title), row(Math.max(0, at)).cells], '\t')),
      open: () => show(shelf.images > 0 ? 'pairs' : 'make'),
    },
    { active },
  )
  const classes = dataset.classes.map(shortClass).join(', ')
  const columns: readonly DataColumn[] = [
    { title: 'generator', width: 18, grow: true },
    { title: 'images', width: 7, align: 'right' },
    { title: 'sources', width: 7, align: 'right', drop: 3 },
    { title: classes, width: Math.min(40, classes.length), drop: 4 },
    { title: 'USD', width: 8, align: 'right', drop: 1 },
    { title: 'newest', width: 10, drop: 2 },
  ]
  const row = (place: number) => {
    const { generator, images, sources, counts, cost } = shelves[place]!
    const newest =
      counts
        .map(one => one.newest)
        .toSorted()
        .at(-1)
        ?.slice(0, 10) ?? SYMBOLS.unknown
    const ofClass = dataset.classes.map(name => counts.find(one => one.class === name)?.images ?? 0).join(', ')
    const price = cost === 0 ? '0' : cost.toFixed(2)
    return { key: generator, cells: [generator, String(images), String(sources), ofClass, price, newest] }
  }
  const lines = aboutLines(shelf, bank, width)
  return (
    <>
      <Table
        {...{ width, columns, row }}
        height={page + 1}
        count={shelves.length}
        cursor={at}
        top={Math.min(cursor.top, at)}
      />
      <Blank />
      <Lines width={width} height={Math.max(0, height - page - 2)} lines={lines.map(text => [text])} />
    </>
  )
}

function aboutLines(
  { generator, facts }: BankViewProps['shelf'],
  { consents }: BankViewProps['bank'],
  width: number,
): string[] {
  const field = (name: string, text: string): string[] =>
    wrapped(text, width - 14).map((line, i) => `  ${(i === 0 ? name : '').padEnd(10)}${line}`)
  if (facts === null)
    return [
      `  ${generator}: imported`,
      ...field('more', "'mri-lab synth import' brings others; a spec names them by this name"),
    ]
  const agreed = consents.map(({ host, created }) => `${host} since ${created.slice(0, 10)}`).join(', ')
  const consent = facts.sends
    ? agreed === ''
      ? `${SYMBOLS.warning} not given: nothing is sent`
      : `${SYMBOLS.good} ${agreed}`
    : 'not needed'
  return [
    ...wrapped(`${generator}: ${facts.summary}`, width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`),
    ...field('cost', facts.cost),
    ...field('speed', facts.speed),
    ...field('privacy', facts.privacy),
    ...field('needs', facts.needs),
    ...field('consent', consent),
  ].map(line => line.trimEnd())
}
