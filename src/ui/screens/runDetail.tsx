/** One run: how it went, what it confuses, and where its numbers come from. */
import { Box } from 'ink'
import { Blank } from '../components/Blank.tsx'
import { beside, type Line, Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { columnsOf } from '../format/columns.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { type RunRecord, runRecord } from '../queries/runDetail.ts'
import { classLines, confusionLines, headLines, historyLines, provenanceLines } from '../runText.ts'
import type { ScreenProps } from '../screen.ts'

/** From here on the history stands left and the rest right of it. */
const WIDE = 110
const LEFT = 58

export function RunDetailScreen({ width, height, active, target, go }: ScreenProps) {
  const id = target.run ?? -1
  const lab = useLab()
  const { busy, error, begin } = useTask()
  const record = useQuery<RunRecord | null, [number]>(runRecord, null, id)
  const [sources, setSources] = useKept('runDetail.provenance', false)
  const head = record === null ? [] : headLines(record.run)
  const body = record === null ? [] : sources ? provenanceLines(record.provenance) : bodyLines(record, width)
  const page = Math.max(1, height - head.length - 2)
  const scroll = useScroll(`runDetail.top ${id} ${sources}`, body.length, page)
  const { status } = record?.run ?? {}
  useKeys(
    'runDetail',
    {
      ...scroll.handlers,
      provenance: record === null ? undefined : () => setSources(before => !before),
      explain: status === 'done' ? () => go('gradcam', { run: id }) : undefined,
      retry:
        status === 'failed' && busy === null
          ? () => begin(`Putting run ${id} back in the queue`, () => lab.control.retry([id]))
          : undefined,
    },
    { active },
  )
  if (record === null) {
    const text = [`There is no run ${id} (any more).`, `${keyWords('goRuns')} shows those there are.`]
    return <Message width={width} height={height} text={text} />
  }
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines width={width} height={height - 2} lines={head} />
      <Blank />
      <Lines width={width} height={page} lines={body} top={scroll.top} />
      <Box flexGrow={1} />
      {(busy ?? error) !== null && <Row width={width} pieces={[`  ${busy ?? error}`]} />}
    </Box>
  )
}

function bodyLines({ run, history, training }: RunRecord, width: number): Line[] {
  const epochs = historyLines(history, run.result?.bestEpoch ?? null)
  if (run.result === null) return epochs
  const rest = [...confusionLines(run.result), [], ...classLines(run.result, training)]
  return width >= WIDE ? beside(epochs, rest, LEFT, filled) : [...rest, [], ...epochs]
}

/** The line with blanks up to a width. */
function filled(line: Line, width: number): Line {
  const taken = line.reduce((sum, piece) => sum + columnsOf(typeof piece === 'string' ? piece : piece.text), 0)
  return [...line, ' '.repeat(Math.max(0, width - taken))]
}
