/** A study while it trains: its cells, the curve of one run, how fast it goes, and what happened. */
import { Box } from 'ink'
import { useState } from 'react'
import { Confirm } from '../components/Confirm.tsx'
import { HeatMap } from '../components/HeatMap.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { VerticalRule } from '../components/VerticalRule.tsx'
import { columnsOf } from '../format/columns.ts'
import { fitting, type Phrase } from '../format/phrases.ts'
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
import { useLiveLog } from './liveLog.tsx'
import { useLivePane } from './livePane.ts'
import { CurvePane, machineWords, progressWords } from './livePanes.tsx'
import { useLiveState } from './liveState.ts'

/** From here on the curve stands beside the grid, below it in a narrower window. */
const WIDE = 100
const LEAST_CHART = 8
const ABOUT: readonly Phrase[] = [
  { text: 'median validation loss', need: 0 },
  { text: 'and number of runs', need: 1, after: ' ' },
]

export function Live({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const status = useStatus()
  const { busy, error, begin } = useTask()
  const [asking, setAsking] = useState(false)
  const state = useLiveState(target.study ?? status.study)
  const { live, model, cursor, run, curve, style, over, at, handlers } = state
  const study = live === null ? null : studyState(live.study, status.runner?.alive === true)
  const machine = useMachine(study?.inWork === true)
  const name = live?.study.name ?? ''
  const output = useOutput()
  const cell = live?.cells[model]?.[cursor.row]?.[cursor.column]
  const failed = live?.cells.flat(2).flatMap(cell => cell.failed) ?? []
  const ask = (possible: boolean | undefined, words: string, act: () => Promise<void>) =>
    possible === true && busy === null ? () => begin(`${words} ${name}`, act) : undefined
  const wide = width >= WIDE
  const body = height - 3
  const left = wide ? Math.min(Math.max(56, Math.round(width * 0.55)), 120) : width
  const gridLines = Math.min((live?.scenarios.length ?? 0) + 1, Math.max(3, body - LEAST_CHART))
  const under = { width: left, height: body - gridLines - 1 }
  const panes = useLivePane(wide, () => log.toNewest())
  const { pane } = panes
  const log = useLiveLog(live?.log ?? [], under, pane === 'log')
  const filter =
    log.filtering.filter &&
    (() => {
      panes.to('log')
      log.filtering.filter?.()
    })
  const looked = pane === 'log' ? log.run : run
  useKeys(
    'live',
    {
      ...handlers,
      ...(pane === 'log' ? log.handlers : state.moves[pane]),
      ...(live === null ? {} : panes.handlers),
      filter,
      back: log.filtering.back ?? panes.handlers.back,
      pause: ask(study?.inWork, 'Pausing', () => lab.control.pause(name)),
      resume: ask(study?.resumable && unfinished(live), 'Going on with', () => lab.control.resume(name)),
      stop: study?.inWork && busy === null ? () => setAsking(true) : undefined,
      retry: ask(failed.length > 0, 'Retrying the failed runs of', () => lab.control.retry(failed)),
      log: live === null || wide ? undefined : panes.toggleLower,
      copy: cell && (() => output.copy(cellText([cellLine(cell)], '\t'))),
      exportIt:
        live === null
          ? undefined
          : () =>
              output.write(textFile(process.cwd(), `${name}-cells`, 'csv'), path =>
                writeText(path, cellText([CELL_TITLES, ...live.cells.flat(2).map(cellLine)], ',')),
              ),
      open: looked === null ? undefined : () => go('runDetail', { run: looked }),
    },
    { active },
  )

  if (live === null) {
    const start = `Start one on the Lab screen (${keyWords('goLab')}) or compose one (${keyWords('goCompose')}).`
    return <Message width={width} height={height} text={['No study yet, so nothing trains.', start]} />
  }
  const grid = (
    <HeatMap
      width={left}
      height={gridLines}
      title={live.models[model] ?? ''}
      columns={live.policies}
      rows={gridRows(live, model)}
      cursor={cursor}
      active={pane === 'grid'}
    />
  )
  const chart = (size: { width: number; height: number }) => (
    <CurvePane {...size} {...{ curve, over, style, at }} focused={pane === 'chart'} />
  )
  const workers = live.study.engine?.workers ?? lab.engine.workers
  const progress = progressWords(live, status, workers, width - 2)
  const right = { width: width - left - 1, height: body }
  const lead = [`  ${name}`, `  ${study?.words ?? ''}`, '   '] as const
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: lead[0], bold: true },
          lead[1] + lead[2],
          { text: fitting(ABOUT, width - columnsOf(lead.join(''))), dim: true },
        ]}
      />
      <Box width={width} height={body}>
        <Box flexDirection="column" width={left} height={body}>
          {grid}
          <Row width={left} pieces={[' ']} />
          {wide || panes.lower === 'log' ? log.pane : chart(under)}
        </Box>
        {wide && <VerticalRule height={body} />}
        {wide && chart(right)}
      </Box>
      {asking ? (
        <Confirm
          width={width}
          lines={2}
          question={`Stop ${name}? Runs in work are lost; ${keyWords('resume')} goes on later.`}
          onNo={() => setAsking(false)}
          onYes={() => {
            setAsking(false)
            begin(`Stopping ${name}`, () => lab.control.stop(name))
          }}
        />
      ) : (
        <>
          <Row
            width={width}
            pieces={
              error === null
                ? [busy === null ? `  ${machineWords(machine, width - 2)}` : `  ${busy} ...`]
                : [{ text: `  ${SYMBOLS.failure} `, color: failure }, error]
            }
          />
          <Row width={width} pieces={[{ text: `  ${progress}`, dim: true }]} />
        </>
      )}
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
