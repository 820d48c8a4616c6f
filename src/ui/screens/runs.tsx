/** Every run, or those of one study: sorted, filtered, opened. */
import { Box } from 'ink'
import { useMemo, useState } from 'react'
import { Blank } from '../components/Blank.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { type RunLine, runLines } from '../queries/runs.ts'
import { arranged, RUN_COLUMNS, runRow } from '../runColumns.ts'
import type { ScreenProps } from '../screen.ts'

const NO_RUNS: readonly RunLine[] = []
/** Lines over and under the list. */
const AROUND = 4

export function RunsScreen({ width, height, active, target, go }: ScreenProps) {
  const { study = null } = target
  const lab = useLab()
  const { busy, error, begin } = useTask()
  const runs = useQuery<readonly RunLine[], [string | null]>(runLines, NO_RUNS, study)
  const [order, setOrder] = useKept('runs.order', { column: 0, descending: false })
  const [wanted, setWanted] = useKept('runs.wanted', '')
  const [typing, setTyping] = useState(false)
  const shown = useMemo(() => arranged(runs, wanted, order), [runs, wanted, order])
  const page = Math.max(1, height - AROUND)
  const cursor = useCursor(`runs.cursor ${study ?? ''}`, shown.length, page)
  const run = shown[cursor.at]

  const sortBy = (steps: number) => () => {
    const { length } = RUN_COLUMNS
    setOrder(before => ({ ...before, column: (before.column + steps + length) % length }))
  }
  const some = runs.length > 0
  useKeys(
    'runs',
    {
      ...(shown.length > 0 ? cursor.handlers : {}),
      open: run && (() => go('runDetail', { run: run.id })),
      explain: run?.status === 'done' ? () => go('gradcam', { run: run.id }) : undefined,
      retry:
        run?.status === 'failed' && busy === null
          ? () => begin(`Putting run ${run.id} back in the queue`, () => lab.control.retry([run.id]))
          : undefined,
      filter: some ? () => setTyping(true) : undefined,
      sortNext: some ? sortBy(1) : undefined,
      sortPrevious: some ? sortBy(-1) : undefined,
      reverse: some ? () => setOrder(before => ({ ...before, descending: !before.descending })) : undefined,
      back: wanted === '' ? undefined : () => setWanted(''),
    },
    { active },
  )
  if (!some) {
    const text = [
      'No runs yet.',
      `Start a study on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`,
    ]
    return <Message width={width} height={height} text={text} />
  }
  const what = `${shown.length === runs.length ? '' : `${shown.length} of `}${runs.length} runs${study === null ? '' : ` of ${study}`}`
  const place = shown.length > page ? ` · ${cursor.at + 1} of ${shown.length}` : ''
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: '  Runs', bold: true },
          { text: `   ${what}${place} · by ${RUN_COLUMNS[order.column]!.title}`, dim: true },
          { text: wanted === '' || typing ? '' : `   /${wanted}` },
        ]}
      />
      {typing ? (
        <TextInput
          width={width}
          label="  / "
          value={wanted}
          hint={wanted === '' ? 'model, policy, scenario, status, study' : ''}
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
        <Message width={width} height={page} text={['No run is called that.', `${keyWords('back')} shows all again.`]} />
      ) : (
        <DataTable
          width={width}
          height={page + 1}
          columns={RUN_COLUMNS}
          count={shown.length}
          row={at => runRow(shown[at]!)}
          cursor={cursor.at}
          top={cursor.top}
          sort={order}
        />
      )}
      <Box flexGrow={1} />
      {(busy ?? error) !== null && <Row width={width} pieces={[`  ${busy ?? error}`]} />}
    </Box>
  )
}
