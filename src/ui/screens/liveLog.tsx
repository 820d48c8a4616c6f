/** What happened, as a list beside the Live screen's grid: the newest at the bottom, gone through and filtered by keys. */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { Row } from '../components/Row.tsx'
import { useCursor } from '../hooks/useCursor.ts'
import { useListFilter } from '../hooks/useListFilter.tsx'
import type { KeyHandlers } from '../keyboard.ts'
import type { LogEntry } from '../queries/live.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { logLine } from './liveGrid.ts'

interface LogSize {
  readonly width: number
  readonly height: number
}

interface LiveLog {
  /** The run of the entry that the cursor is on; null where there is none. */
  readonly run: number | null
  /** The cursor to the newest entry, for who comes to the list. */
  readonly toNewest: () => void
  /** While the list has the keys. */
  readonly handlers: KeyHandlers
  /** Wherever the keys are: types a filter, takes it away. */
  readonly filtering: KeyHandlers
  readonly pane: ReactNode
}

/** @param focused whether the list has the keys; without them its end is shown */
export function useLiveLog(log: readonly LogEntry[], { width, height }: LogSize, focused: boolean): LiveLog {
  const { accent, failure } = useTheme()
  const filter = useListFilter('live.log.filter', width)
  const shown = log.filter(entry => filter.accepts(textsOf(entry)))
  const page = Math.max(1, height - 1)
  const cursor = useCursor('live.log.cursor', shown.length, page)
  const last = Math.max(0, shown.length - 1)
  // Without the keys it stays with what happens.
  const top = focused ? cursor.top : Math.max(0, shown.length - page)
  const says = log.length === 0 ? 'nothing is finished yet' : shown.length === 0 ? 'no entry fits' : null
  const many =
    shown.length > page ? (focused ? `${cursor.at + 1} of ${shown.length}` : `the last ${page} of ${shown.length}`) : ''
  const pane = (
    <Box flexDirection="column" width={width} height={height}>
      {filter.line ?? (
        <Row
          width={width}
          pieces={[
            { text: focused ? `${SYMBOLS.cursor} ` : '  ', color: accent },
            { text: 'Log', bold: true, color: focused ? accent : undefined },
            { text: `   ${many}`, dim: true },
          ]}
        />
      )}
      {says === null ? (
        shown.slice(top, top + page).map((entry, i) => {
          const here = focused && top + i === cursor.at
          const lead = { text: here ? `${SYMBOLS.cursor} ` : '  ', color: accent }
          return <Row key={entry.run} width={width} pieces={[lead, ...logLine(entry, failure, here)]} />
        })
      ) : (
        <Row width={width} pieces={[{ text: `  ${says}`, dim: true }]} />
      )}
    </Box>
  )
  return {
    run: shown[focused ? cursor.at : last]?.run ?? null,
    toNewest: () => cursor.moveTo(last),
    handlers: shown.length > 0 ? cursor.handlers : {},
    filtering: log.length > 0 ? filter.handlers : {},
    pane,
  }
}

function textsOf({ run, cell: { model, policy, scenario }, error }: LogEntry): string[] {
  return [`run ${run}`, model, policy, scenario, error === null ? 'done' : `failed: ${error}`]
}
