/** The header's second line: what runs, and on what. */
import type { RunnerStatus } from '../runner/index.ts'
import { columnsOf } from './format/columns.ts'
import { formatDuration } from './format/duration.ts'
import { SYMBOLS } from './theme.ts'

interface Engine {
  readonly name: string
  readonly threads: number
  readonly workers: number
}

/** `study quick 3 of 12 · 1 h 12 m left · onnx-cpu, 2 workers of 1 thread`; where that is wider than `width`, the engine says less, then nothing. */
export function statusWords(status: RunnerStatus, engine: Engine, width: number): string {
  const study = studyWords(status)
  const words = engineWords(status, engine)
  const [name = ''] = words.split(',')
  const written = [[...study, words], [...study, name], study].map(parts => parts.join(' · '))
  return written.find(text => columnsOf(text) <= width) ?? study.join(' · ')
}

/** What the study is trained with, else what would be. */
function engineWords({ runner, engine }: RunnerStatus, usual: Engine): string {
  const { engine: name, workers, threads } = engine ?? { ...usual, engine: usual.name }
  if (runner?.alive === true && (workers === null || threads === null)) {
    return `${name}, measuring how many workers are fastest`
  }
  return `${name}, ${counted(workers ?? usual.workers, 'worker')} of ${counted(threads ?? usual.threads, 'thread')}`
}

function studyWords({ runner, study, paused, done, failed, total, secondsLeft }: RunnerStatus): string[] {
  if (study === null) return ['no study running']
  const finished = done + failed >= total
  const progress = `study ${study} ${done} of ${total}`
  const faults = failed === 0 ? [] : [`${SYMBOLS.failure} ${failed} failed`]
  if (paused && !finished) return [`${SYMBOLS.paused} ${progress}, paused`, ...faults]
  if (runner?.alive !== true || finished) return ['no study running', `last ${progress}`, ...faults]
  const left = secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`]
  return [progress, ...faults, ...left]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
