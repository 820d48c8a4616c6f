/** Every run, or those of one study: sorted, filtered, marked, compared, labelled, opened. */
import { Box } from 'ink'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Blank } from '../components/Blank.tsx'
import { FilterInput } from '../components/FilterInput.tsx'
import { parseFilter } from '../components/filter.ts'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { Table } from '../components/Table.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useMarks } from '../hooks/useMarks.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { keyWords } from '../keymap.ts'
import { type RunLine, runLines } from '../queries/runs.ts'
import { ordered, RUN_COLUMNS, RUN_FIELDS, runCells, runRow } from '../runColumns.ts'
import type { ScreenProps } from '../screen.ts'
import { cellText, textFile, writeText } from '../textFile.ts'
import { RunComparison } from './runComparison.tsx'
import { useRunEdits } from './runEdits.tsx'
import { useRunOrder } from './runsOrder.ts'

const NO_RUNS: readonly RunLine[] = []
/** Lines over and under the list. */
const AROUND = 4

export function RunsScreen({ width, height, active, target, go }: ScreenProps) {
  const { study = null } = target
  const output = useOutput()
  const runs = useQuery<readonly RunLine[], [string | null]>(runLines, NO_RUNS, study)
  const { order, header, toHeader, handlers: sorting, headerHandlers } = useRunOrder(width)
  const [wanted, setWanted] = useKept('runs.wanted', '')
  const [compares, setCompares] = useKept('runs.compares', false)
  const [typing, setTyping] = useState(false)
  const filter = useMemo(() => parseFilter(wanted, RUN_FIELDS), [wanted])
  const shown = useMemo(() => ordered(runs.filter(filter.accepts), order), [runs, filter, order])
  const page = Math.max(1, height - AROUND)
  const cursor = useCursor(`runs.cursor ${study ?? ''}`, shown.length, page)
  const run = shown[cursor.at]
  const { moveTo } = cursor
  const looked = useRef<number | undefined>(undefined)
  // Where runs change places under the cursor (one is pinned, others end), it stays with its run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: sorting and filtering are not such a change
  useLayoutEffect(() => {
    const now = shown.findIndex(({ id }) => id === looked.current)
    if (now >= 0 && now !== cursor.at) moveTo(now)
  }, [runs])
  useLayoutEffect(() => {
    looked.current = run?.id
  }, [run])
  const { marked, toggle, clear } = useMarks()
  const marks = useMemo(() => new Set(marked), [marked])
  const markedHere = useMemo(() => runs.filter(({ id }) => marks.has(id)), [runs, marks])
  const edits = useRunEdits(width, markedHere.length > 0 ? markedHere : run === undefined ? [] : [run], clear)

  const some = runs.length > 0
  const onList = {
    ...(shown.length > 0 ? { ...cursor.handlers, up: cursor.at === 0 ? toHeader : cursor.handlers.up } : {}),
    open: run && (() => go('runDetail', { run: run.id })),
    mark:
      run &&
      (() => {
        toggle(run.id)
        cursor.handlers.down?.()
      }),
    back: wanted === '' ? undefined : () => setWanted(''),
  }
  useKeys(
    'runs',
    {
      ...edits.handlers,
      explain: run?.status === 'done' ? () => go('gradcam', { run: run.id }) : undefined,
      unmark: marked.length > 0 ? clear : undefined,
      compare: markedHere.length > 1 ? () => setCompares(true) : undefined,
      copy: run && (() => output.copy(cellText(runCells(markedHere.length > 0 ? markedHere : [run]), '\t'))),
      exportIt:
        shown.length === 0
          ? undefined
          : () =>
              output.write(textFile(process.cwd(), `${study ?? 'all'}-runs`, 'csv'), path =>
                writeText(path, cellText(runCells(markedHere.length > 0 ? markedHere : shown), ',')),
              ),
      filter: some ? () => setTyping(true) : undefined,
      ...(some ? sorting : {}),
      ...(header === null || shown.length === 0 ? onList : headerHandlers),
    },
    { active: active && !edits.asking && !(compares && markedHere.length > 1) },
  )
  if (!some) {
    const start = `Start a study on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`
    return <Message width={width} height={height} text={['No runs yet.', start]} />
  }
  if (compares && markedHere.length > 1) {
    return <RunComparison {...{ width, height, active }} ids={marked} onClose={() => setCompares(false)} />
  }
  const of = study === null ? '' : ` of ${study}`
  const what = `${shown.length === runs.length ? '' : `${shown.length} of `}${runs.length} runs${of}`
  const place =
    header !== null
      ? ` · ${keyWords('open')} sorts, ${keyWords('left')}${keyWords('right')} choose the column`
      : shown.length > page
        ? ` · ${cursor.at + 1} of ${shown.length}`
        : ''
  const markWords = marked.length === 0 ? '' : ` · ${marked.length} marked`
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: '  Runs', bold: true },
          { text: `   ${what}${place}${markWords} · by ${RUN_COLUMNS[order.column]!.title}`, dim: true },
          { text: wanted === '' || typing ? '' : `   /${wanted}` },
        ]}
      />
      {typing ? (
        <FilterInput
          width={width}
          value={wanted}
          fields={RUN_FIELDS}
          problem={filter.problem}
          onChange={setWanted}
          onSubmit={() => setTyping(false)}
          onCancel={() => {
            setWanted('')
            setTyping(false)
          }}
        />
      ) : (
        <Blank />
      )}
      {shown.length === 0 ? (
        <Message width={width} height={page} text={[`No run fits /${wanted}`, `${keyWords('back')} shows all again.`]} />
      ) : (
        <Table
          width={width}
          height={page + 1}
          columns={RUN_COLUMNS}
          count={shown.length}
          row={at => ({ ...runRow(shown[at]!), marked: marks.has(shown[at]!.id) })}
          {...(header === null ? { cursor: cursor.at } : { header })}
          top={cursor.top}
          sort={order}
        />
      )}
      <Box flexGrow={1} />
      {edits.line}
    </Box>
  )
}
