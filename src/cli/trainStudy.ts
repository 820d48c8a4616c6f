/** Trains a study and stays with it, or with one that is trained already. The runner is a process of its own and outlives this one. */
import { LabError } from '../core/shared/errors.ts'
import type { Spec } from '../core/study/index.ts'
import { ensureRunner, followStudy, runnerStatus, type StudyEvent } from '../runner/index.ts'
import type { Store, StudySummary } from '../store/index.ts'
import { formatNumber } from '../ui/index.ts'
import type { Context } from './context.ts'
import { tooFewRuns } from './contrastOutlook.ts'
import { changeLab } from './lab.ts'
import { leakWarning } from './leakWarning.ts'
import type { Progress } from './progress.ts'
import { runnerOf, runnerSettings, studyEngine } from './runnerOf.ts'

/**
 * Starts or continues the study. In the foreground Ctrl+C stops it, resumably; with `detach` it returns at once.
 * @throws LabError `interrupted` where it was stopped, `failed` where a run failed; what is done is kept
 */
export async function trainStudy(context: Context, spec: Spec, { detach = false } = {}): Promise<void> {
  await changeLab(context, async store => {
    await refuseOtherEngine(context, store, spec.name)
    const before = store.studies.get(spec.name)?.done ?? 0
    const control = runnerOf(context, store)
    await control.start(spec)
    const leak = leakWarning(store, spec)
    if (leak !== null) context.warn(leak)
    const short = tooFewRuns(store, spec)
    if (short !== null) context.note(short)
    if (detach) return tellDetached(context, store, spec.name)
    const end = await stay(context, store, spec.name, { onLeave: () => control.stop(spec.name), revive: true })
    conclude(context, end, before)
  })
}

/** Follows a study that is trained; Ctrl+C leaves it to itself. */
export async function attachTo(context: Context, store: Store, name: string): Promise<void> {
  const before = store.studies.get(name)?.done ?? 0
  const end = await stay(context, store, name, { onLeave: null, revive: false })
  if (end.queued + end.running > 0 && end.state === 'active' && context.signal.aborted) {
    context.note(`left study ${name}, which goes on: ${end.done} of ${end.runs} runs are done`)
    return
  }
  conclude(context, end, before)
}

async function refuseOtherEngine(context: Context, store: Store, name: string): Promise<void> {
  const fixed = store.studies.get(name)?.engine
  const { engine, threads } = context.settings
  if (!fixed) return
  if (engine !== 'auto' && (await studyEngine(context)).engine !== fixed.engine) {
    throw new LabError('usage', `study '${name}' is trained with the engine ${fixed.engine}, fixed when it started`)
  }
  if (threads !== null && fixed.threads !== null && threads !== fixed.threads) {
    throw new LabError('usage', `study '${name}' is trained with --threads ${fixed.threads}, fixed when it started`)
  }
}

function tellDetached(context: Context, store: Store, name: string): void {
  const { runs, done } = store.studies.get(name)!
  const runner = runnerStatus(store).runner
  context.result(
    { study: name, runs, done, runner },
    () =>
      `study ${name} is trained in the background (${runs - done} of ${runs} runs to do): 'mri-lab status', 'mri-lab attach'`,
  )
}

/** Follows until the study is finished, stopped, or left. `revive`: a runner that was killed is replaced. */
async function stay(
  context: Context,
  store: Store,
  name: string,
  { onLeave, revive }: { onLeave: (() => Promise<void>) | null; revive: boolean },
): Promise<StudySummary> {
  const view = progressView(context, store.studies.get(name)!)
  const alive = () => runnerStatus(store).runner !== null
  const layout = layoutNotes(context, store, name)
  let asked = false
  try {
    return await followStudy(store, name, {
      onEvent: event => {
        context.event(event)
        view.hear(event)
      },
      leave: study => {
        if (study.state === 'stopped' && study.running === 0) return true
        if (context.signal.aborted && (onLeave === null || !alive())) return true
        return !revive && study.state === 'active' && !alive()
      },
      onLook: async () => {
        layout()
        if (context.signal.aborted && onLeave !== null && !asked) {
          asked = true
          await onLeave()
        } else if (revive && !context.signal.aborted && store.studies.get(name)?.state === 'active') {
          await ensureRunner(runnerSettings(context))
        }
      },
    })
  } finally {
    view.end()
  }
}

/** At each look: says that the runner measures how many workers are fastest, and later which it chose. */
function layoutNotes(context: Context, store: Store, name: string): () => void {
  let measuring = false
  return () => {
    const { engine = null, state } = store.studies.get(name) ?? {}
    if (engine === null) return
    const { workers, threads } = engine
    const open = workers === null || threads === null
    if (open && !measuring && state === 'active') context.note('measuring how many workers are fastest here (some seconds)')
    else if (!open && measuring) {
      const words = `${workers} ${workers === 1 ? 'worker' : 'workers'} of ${threads} ${threads === 1 ? 'thread' : 'threads'}`
      context.note(`study ${name} is trained by ${words}`)
    }
    measuring = open && state === 'active'
  }
}

function conclude(
  context: Context,
  { name, done, failed, runs, queued, running, stopped, error }: StudySummary,
  before: number,
): void {
  if (error !== null) throw new LabError('failed', `study ${name}: ${error}`)
  if (queued + running + stopped > 0) {
    throw new LabError(
      'interrupted',
      `stopped: ${done} of ${runs} runs are done and kept; 'mri-lab resume' or the same command goes on`,
    )
  }
  if (failed > 0) {
    const where = `'mri-lab runs --study "${name}" --status failed' says why; 'mri-lab retry' tries again`
    throw new LabError('failed', `${failed} of ${runs} runs failed; ${where}`)
  }
  if (!context.settings.json) context.print(`study ${name}: ${done} of ${runs} runs done, ${done - before} of them now`)
}

/** Draws progress from events: a run done moves it, an epoch is its note. */
function progressView(context: Context, { runs, done }: StudySummary) {
  let progress: Progress | undefined
  let finished = done
  return {
    hear(event: StudyEvent): void {
      progress ??= context.progress({ label: 'training', unit: 'runs', total: runs, from: done })
      if (event.event === 'run-done' && event.status !== 'stopped') {
        finished++
        progress.update(finished)
      } else if (event.event === 'epoch') {
        const loss = formatNumber(event.validationLoss)
        const rate = formatNumber(event.imagesPerSecond, 3)
        progress.update(finished, `run ${event.run} epoch ${event.epoch}: ${loss}, ${rate} images/s`)
      }
    },
    end: (): void => progress?.end(),
  }
}
