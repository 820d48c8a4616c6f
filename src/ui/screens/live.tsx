/** A study while it trains: its cells, the curve of one run, how fast it goes, and what happened. */
import { Box } from 'ink'
import { useState } from 'react'
import { Confirm } from '../components/Confirm.tsx'
import { HeatMap } from '../components/HeatMap.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { VerticalRule } from '../components/VerticalRule.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useMachine } from '../hooks/useMachine.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { useStatus } from '../hooks/useStatus.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import type { LiveCell, LiveStudy } from '../queries/live.ts'
import type { ScreenProps } from '../screen.ts'
import { studyState } from '../studyState.ts'
import { cellText, textFile, writeText } from '../textFile.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { gridRows } from './liveGrid.ts'
import { CurvePane, LogPane, machineWords, progressWords } from './livePanes.tsx'
import { useLiveState } from './liveState.ts'

/** From here on the curve stands beside the grid, below it in a narrower window. */
const WIDE = 100
const LEAST_CHART = 8

export function Live({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const status = useStatus()
  const { busy, error, begin } = useTask()
  const [asking, setAsking] = useState(false)
  const [showsLog, setShowsLog] = useKept('live.log', false)
  const { live, model, cursor, run, curve, style, over, handlers } = useLiveState(target.study ?? status.study)
  const state = live === null ? null : studyState(live.study, status.runner?.alive === true)
  const machine = useMachine(state?.inWork === true)
  const name = live?.study.name ?? ''
  const output = useOutput()
  const cell = live?.cells[model]?.[cursor.row]?.[cursor.column]
  const failed = live?.cells.flat(2).flatMap(cell => cell.failed) ?? []
  const ask = (possible: boolean | undefined, words: string, act: () => Promise<void>) =>
    possible === true && busy === null ? () => begin(`${words} ${name}`, act) : undefined
  useKeys(
    'live',
    {
      ...handlers,
      pause: ask(state?.inWork, 'Pausing', () => lab.control.pause(name)),
      resume: ask(state?.resumable && unfinished(live), 'Going on with', () => lab.control.resume(name)),
      stop: state?.inWork && busy === null ? () => setAsking(true) : undefined,
      retry: ask(failed.length > 0, 'Retrying the failed runs of', () => lab.control.retry(failed)),
      log: live === null || width >= WIDE ? undefined : () => setShowsLog(before => !before),
      copy: cell && (() => output.copy(cellText([cellLine(cell)], '\t'))),
      exportIt:
        live === null
          ? undefined
          : () =>
              output.write(textFile(process.cwd(), `${name}-cells`, 'csv'), path =>
                writeText(path, cellText([CELL_TITLES, ...live.cells.flat(2).map(cellLine)], ',')),
              ),
      open: run === null ? undefined : () => go('runDetail', { run }),
    },
    { active },
  )

  if (live === null) {
    const start = `Start one on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`
    return <Message width={width} height={height} text={['No study yet, so nothing trains.', start]} />
  }
  const wide = width >= WIDE
  const body = height - 3
  const left = wide ? Math.min(Math.max(56, Math.round(width * 0.55)), 120) : width
  const gridLines = Math.min(live.scenarios.length + 1, Math.max(3, body - LEAST_CHART))
  const rest = body - gridLines - 1
  const grid = (
    <HeatMap
      width={left}
      height={gridLines}
      title={live.models[model] ?? ''}
      columns={live.policies}
      rows={gridRows(live, model)}
      cursor={cursor}
    />
  )
  const log = (size: { width: number; height: number }) => <LogPane {...size} log={live.log} />
  const chart = (size: { width: number; height: number }) => <CurvePane {...size} curve={curve} over={over} style={style} />
  const right = { width: width - left - 1, height: body }
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: `  ${name}`, bold: true },
          `  ${state?.words ?? ''}`,
          { text: '   median validation loss and number of runs', dim: true },
        ]}
      />
      <Box width={width} height={body}>
        <Box flexDirection="column" width={left} height={body}>
          {grid}
          <Row width={left} pieces={[' ']} />
          {wide || showsLog ? log({ width: left, height: rest }) : chart({ width: left, height: rest })}
        </Box>
        {wide && <VerticalRule height={body} />}
        {wide && chart(right)}
      </Box>
      {asking ? (
        <Confirm
          width={width}
          question={`Stop ${name}? Runs in work are lost; ${keyWords('resume')} goes on later.`}
          onNo={() => setAsking(false)}
          onYes={() => {
            setAsking(false)
            begin(`Stopping ${name}`, () => lab.control.stop(name))
          }}
        />
      ) : (
        <Row
          width={width}
          pieces={
            error === null
              ? [busy === null ? `  ${machineWords(machine)}` : `  ${busy} ...`]
              : [{ text: `  ${SYMBOLS.failure} `, color: failure }, error]
          }
        />
      )}
      <Row
        width={width}
        pieces={[{ text: `  ${progressWords(live, status, live.study.engine?.workers ?? lab.engine.workers)}`, dim: true }]}
      />
    </Box>
  )
}

const CELL_TITLES = ['model', 'policy', 'scenario', 'median validation loss', 'runs', 'failed']

function cellLine({ cell, median, n, failed }: LiveCell): (string | number | null)[] {
  return [cell.model, cell.policy, cell.scenario, median, n, failed.length]
}

/** Whether runs are left that are neither done nor failed. */
function unfinished(live: LiveStudy | null): boolean {
  return live !== null && live.study.runs > live.study.done + live.study.failed
}
