/** How a study stands, in words with the symbol first, and what can be asked of it. */
import type { StudySummary } from '../store/index.ts'
import type { Tone } from './components/Table.tsx'
import { SYMBOLS } from './theme.ts'

export interface StudyState {
  readonly words: string
  readonly tone: Tone | undefined
  /** Whether runs are left that `resume` would go on with. */
  readonly resumable: boolean
  /** Whether it is trained, or in the queue, so that pause and stop mean something. */
  readonly inWork: boolean
}

export function studyState(study: StudySummary, runnerAlive: boolean): StudyState {
  const { runs, done, failed, running, state, error } = study
  const left = runs - done - failed
  const faults = failed === 0 ? '' : `, ${failed} failed`
  if (left === 0) {
    const words = failed === 0 ? `${SYMBOLS.good} done` : `${SYMBOLS.failure} done but for ${failed} failed`
    return { words, tone: failed === 0 ? 'good' : 'failure', resumable: failed > 0, inWork: false }
  }
  if (error !== null) {
    return { words: `${SYMBOLS.failure} stopped: ${error}`, tone: 'failure', resumable: true, inWork: false }
  }
  if (state === 'paused')
    return { words: `${SYMBOLS.paused} paused${faults}`, tone: 'warning', resumable: true, inWork: false }
  if (state === 'stopped')
    return { words: `${SYMBOLS.paused} stopped${faults}`, tone: 'warning', resumable: true, inWork: false }
  if (!runnerAlive)
    return { words: `${SYMBOLS.warning} no runner works on it${faults}`, tone: 'warning', resumable: true, inWork: false }
  const words = running > 0 ? `${running} in work${faults}` : `waits for its turn${faults}`
  return { words, tone: undefined, resumable: false, inWork: true }
}
