/** Where the runner stands, read from the database and its lock: nothing is asked of the runner itself. */
import type { Run } from '../core/study/index.ts'
import { runnerHolder, type Store, type StudySummary } from '../store/index.ts'
import type { RunnerStatus } from './control.ts'

/** Where there is nothing to tell of. */
export const NO_STATUS: RunnerStatus = {
  runner: null,
  study: null,
  paused: false,
  engine: null,
  done: 0,
  failed: 0,
  total: 0,
  running: [],
  secondsLeft: null,
}

/** The study in work, else the last that was, with the runs in work and the time left. */
export function runnerStatus(store: Store): RunnerStatus {
  const holder = runnerHolder(store.path)
  const studies = store.studies.list()
  const latest = store.studies.latest()
  const study = inWork(studies) ?? studies.find(({ name }) => name === latest) ?? null
  if (study === null) return { ...NO_STATUS, runner: holder && { alive: true, pid: holder.pid } }
  const running = holder === null ? [] : store.runs.list({ study: study.name, status: 'running' })
  return {
    runner: holder && { alive: true, pid: holder.pid },
    study: study.name,
    paused: study.state === 'paused',
    engine: study.engine,
    done: study.done,
    failed: study.failed,
    total: study.runs,
    running: running.map(({ id, cell, index }) => ({ run: id, cell, index, epochs: store.epochs.of(id).length })),
    secondsLeft: holder === null ? null : secondsLeft(store, study, running),
  }
}

function inWork(studies: readonly StudySummary[]): StudySummary | undefined {
  const waiting = studies.filter(study => study.queued > 0)
  return (
    studies.find(study => study.running > 0) ??
    waiting.find(study => study.state === 'active') ??
    waiting.find(study => study.state === 'paused')
  )
}

/** By the mean time of the study's finished runs, spread over as many as run at once now. */
function secondsLeft(store: Store, study: StudySummary, running: readonly Run[]): number | null {
  const seconds = store.runs.meanSeconds(study.name)
  if (seconds === null || running.length === 0) return null
  const trained = running.reduce(
    (sum, run) => sum + store.epochs.of(run.id).reduce((all, epoch) => all + epoch.seconds, 0),
    0,
  )
  return Math.max(0, ((study.queued + study.running) * seconds - trained) / running.length)
}
