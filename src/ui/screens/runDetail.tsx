/** One run: how it went, what it confuses, and where its numbers come from. */
import { Box } from 'ink'
import type { RunResult } from '../../core/study/run.ts'
import { Blank } from '../components/Blank.tsx'
import { type Line, Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useQuery } from '../hooks/useQuery.ts'
import { useReading } from '../hooks/useReading.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { keyWords } from '../keymap.ts'
import { type Lab, useLab } from '../lab.ts'
import { type RunRecord, runRecord } from '../queries/runDetail.ts'
import { classLines, confusionLines, headLines, historyLines, labelLines, provenanceLines } from '../runText.ts'
import type { ScreenProps } from '../screen.ts'
import { specLines } from '../specText.ts'
import { textFile, writeText } from '../textFile.ts'
import { RunCurves } from './runCurves.tsx'
import { useRunEdits } from './runEdits.tsx'

type Shown = 'numbers' | 'provenance' | 'spec'

/** From here on the curves stand left and the rest right of them, the epochs below. */
const WIDE = 120
/** Lines that the epochs have at least under the curves. */
const EPOCH_LINES = 5

export function RunDetailScreen({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const output = useOutput()
  const id = target.run ?? -1
  const record = useQuery<RunRecord | null, [number]>(runRecord, null, id)
  const [shows, setShows] = useKept<Shown>('runDetail.shows', 'numbers')
  const edits = useRunEdits(width, record === null ? [] : [{ ...record.run, ...record }], () => go('runs'))
  const head = record === null ? [] : [...headLines(record.run), ...labelLines(record, width)]
  const result = record?.run.result ?? null
  const room = Math.max(1, height - head.length - 2)
  const curves = result === null || shows !== 'numbers' ? 0 : curveLines(result, width, room)
  const page = curves === 0 ? room : room - curves - 1
  const body = record === null ? [] : bodyLines(record, shows, curves > 0, width)
  const scroll = useScroll(`runDetail.top ${id} ${shows}`, body.length, page)
  const { status } = record?.run ?? {}
  const epochs = curves === 0 || record === null ? [] : record.history.map(({ epoch }) => epoch)
  const reading = useReading(`runDetail.epoch ${id}`, epochs, result?.bestEpoch)
  const toggle = (what: Shown) => (record === null ? undefined : () => setShows(shows === what ? 'numbers' : what))
  useKeys(
    'runDetail',
    {
      ...scroll.handlers,
      ...reading.handlers,
      ...edits.handlers,
      showSpecOf: toggle('spec'),
      provenance: toggle('provenance'),
      copy: record === null ? undefined : () => output.copy(plainText(head)),
      exportIt:
        record === null
          ? undefined
          : () => output.write(textFile(process.cwd(), `run-${id}`, 'json'), path => saveRun(path, lab, id)),
      explain: status === 'done' ? () => go('gradcam', { run: id }) : undefined,
    },
    { active: active && !edits.asking },
  )
  if (record === null) {
    const text = [`There is no run ${id} (any more).`, `${keyWords('goRuns')} shows those there are.`]
    return <Message width={width} height={height} text={text} />
  }
  const { history, training } = record
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines width={width} height={height - 2} lines={head} />
      <Blank />
      {curves > 0 && result !== null && (
        <>
          <RunCurves {...{ width, history, result, training }} height={curves} at={reading.at} />
          <Blank />
        </>
      )}
      <Lines width={width} height={page} lines={body} top={scroll.top} />
      <Box flexGrow={1} />
      {edits.line}
    </Box>
  )
}

/** Lines without their styles. */
function plainText(lines: readonly Line[]): string {
  const words = lines.map(line =>
    line
      .map(piece => (typeof piece === 'string' ? piece : piece.text))
      .join('')
      .trim(),
  )
  return `${words.join('\n')}\n`
}

/** All that the program says of a run: what `runs show` prints with --json. */
async function saveRun(path: string, { ask }: Lab, id: number): Promise<void> {
  await writeText(path, `${JSON.stringify(await ask(['runs', 'show', String(id)]), null, 2)}\n`)
}

/** How many lines the curves and what stands beside them take; 0 where the window has no room for them. */
function curveLines({ perClass }: RunResult, width: number, room: number): number {
  const lines = 2 * perClass.length + 5
  return width >= WIDE && room >= lines + 1 + EPOCH_LINES ? lines : 0
}

function bodyLines(
  { run, history, training, provenance, spec }: RunRecord,
  shows: Shown,
  curves: boolean,
  width: number,
): Line[] {
  if (shows === 'provenance') return provenanceLines(provenance)
  if (shows === 'spec') return [[{ text: "  The study's spec", bold: true }], ...specLines(spec ?? {}, width)]
  const epochs = historyLines(history, run.result?.bestEpoch ?? null)
  if (run.result === null || curves) return epochs
  return [...confusionLines(run.result), [], ...classLines(run.result, training), [], ...epochs]
}
