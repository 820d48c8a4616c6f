/** A model's medians: scenarios down, policies across, with intervals and published values. */
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Row } from '../components/Row.tsx'
import { Table } from '../components/Table.tsx'
import { wrapped } from '../format/wrapped.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { tableNotes, tableView } from '../tableText.ts'
import type { TableViewProps } from './tablesViews.ts'

export function MediansView({ width, height, active, results: { table }, model }: TableViewProps) {
  const [from, setFrom] = useKept('tables.policy', 0)
  const view = tableView(table, model, width, from)
  const lines = tableNotes(table, model, view.intervals).flatMap(note =>
    wrapped(note, width - 6).map((line, i) => [{ text: `${i === 0 ? '  ' : '    '}${line}`, dim: true }]),
  )
  const most = Math.max(2, height - 2 - Math.min(4, lines.length))
  const tableLines = Math.min(view.rows.length + 1, most)
  const scroll = useScroll(`tables.top ${table.study} ${model}`, view.rows.length, tableLines - 1)
  const { policies } = view
  useKeys(
    'tables',
    {
      ...scroll.handlers,
      left: policies.from > 0 ? () => setFrom(policies.from - 1) : undefined,
      right: policies.from + policies.shown < policies.of ? () => setFrom(policies.from + 1) : undefined,
    },
    { active },
  )
  const hidden = policies.of - policies.shown
  const across =
    hidden === 0 ? '' : ` · policies ${policies.from + 1} to ${policies.from + policies.shown} of ${policies.of}, ←→`
  const inBrackets = view.intervals ? ' [95 % interval]' : ''
  return (
    <>
      <Row width={width} pieces={[{ text: `  median${inBrackets} and number of runs${across}`, dim: true }]} />
      <Table
        width={width}
        height={tableLines}
        columns={view.columns}
        count={view.rows.length}
        row={at => view.rows[at]!}
        top={scroll.top}
      />
      <Blank />
      <Lines width={width} height={Math.max(0, height - tableLines - 2)} lines={lines} />
    </>
  )
}
