/** The cells of a study as a grid that can be drawn, and the lines of its log. */
import { viridis } from '../../core/explain/colourMap.ts'
import type { GridRow } from '../components/HeatMap.tsx'
import type { Line } from '../components/Lines.tsx'
import { formatMeasured } from '../format/measured.ts'
import type { LiveCell, LiveStudy, LogEntry } from '../queries/live.ts'
import { SYMBOLS } from '../theme.ts'

/** Where a cell is: its scenario and policy in the study's order. */
export interface GridPlace {
  readonly row: number
  readonly column: number
}

/** One model's cells, tinted from the lowest to the highest median of that model. */
export function gridRows({ scenarios, cells }: LiveStudy, model: number): GridRow[] {
  const ofModel = cells[model] ?? []
  const medians = ofModel.flat().flatMap(cell => (isMeasured(cell.median) ? [cell.median] : []))
  const [low, high] = [Math.min(...medians), Math.max(...medians)]
  return scenarios.map((name, row) => ({
    name,
    cells: (ofModel[row] ?? []).map(cell => ({
      text: formatMeasured(cell.median),
      note: noteOf(cell),
      tint: isMeasured(cell.median) ? viridis(high > low ? (cell.median - low) / (high - low) : 0.5) : null,
    })),
  }))
}

function isMeasured(value: number | null): value is number {
  return value !== null && Number.isFinite(value)
}

/** How many runs the median stands on; a spinner, a step an epoch, while others train; `✕` where some failed. */
function noteOf({ n, failed, runs }: LiveCell): string {
  const running = runs.filter(run => run.status === 'running')
  const epochs = running.reduce((sum, run) => sum + run.epochs, 0)
  const spinner = running.length === 0 ? '' : SYMBOLS.spinner[epochs % SYMBOLS.spinner.length]
  return `${spinner}${n > 0 ? n : ''}${failed.length > 0 ? SYMBOLS.failure : ''}`
}

/** The cell of the run that was last taken up, for who has not moved the cursor; the first cell where nothing trains. */
export function placeInWork({ cells }: LiveStudy, model: number): GridPlace {
  let found: GridPlace = { row: 0, column: 0 }
  let newest = -1
  for (const [row, ofScenario] of (cells[model] ?? []).entries()) {
    for (const [column, { runs }] of ofScenario.entries()) {
      const id = runs.findLast(run => run.status === 'running')?.id ?? -1
      if (id <= newest) continue
      newest = id
      found = { row, column }
    }
  }
  return found
}

/** The run of a cell that is looked at where none was chosen: the one in work, else the last that has something to show. */
export function runOf(cell: LiveCell | undefined): number | null {
  const runs = cell?.runs ?? []
  const shown = runs.findLast(run => run.status === 'running') ?? runs.findLast(run => run.status !== 'queued') ?? runs[0]
  return shown?.id ?? null
}

/** An entry of the log on one line: `14:02 ✓ run 37 done, 0.7015 after 9 epochs  flip · 80/0`; bold where the cursor is. */
export function logLine({ run, cell, at, loss, epochs, error }: LogEntry, failure: string | undefined, bold: boolean): Line {
  const time = at === null ? '     ' : clockTime(new Date(at))
  const where = { text: `  ${cell.policy} · ${cell.scenario}`, dim: true }
  if (error !== null || epochs === null) {
    const symbol = { text: `${SYMBOLS.failure} `, color: failure }
    return [
      { text: `${time} `, dim: true },
      symbol,
      { text: `run ${run} failed: ${error ?? 'why is not known'}`, bold },
      where,
    ]
  }
  const result = { text: `run ${run} done, ${formatMeasured(loss)} after ${epochs} epochs`, bold }
  return [{ text: `${time} ${SYMBOLS.good} `, dim: true }, result, where]
}

/** Hours and minutes where the user is. */
function clockTime(date: Date): string {
  if (Number.isNaN(date.getTime())) return '     '
  return [date.getHours(), date.getMinutes()].map(number => String(number).padStart(2, '0')).join(':')
}
