/** Trains a study and stays with it, or with one that is trained already. The runner is a process of its own and outlives this one. */
import { LabError } from '../core/shared/errors.ts'
import { type Spec, specJson } from '../core/study/index.ts'
import { ensureRunner, followStudy, planStudy, runnerStatus, type StudyEvent } from '../runner/index.ts'
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

/**
 * Starts or continues a study that is one of many, in the foreground; `hear` is told what happens, and nothing is printed.
 * @throws as trainStudy
 */
export async function trainPart(
  context: Context,
  store: Store,
  spec: Spec,
  hear: (event: StudyEvent) => void,
): Promise<void> {
  await refuseOtherEngine(context, store, spec.name)
  if (isTrained(store, spec)) return
  const control = runnerOf(context, store)
  await control.start(spec)
  const view = { hear, end: () => {} }
  refuseUnfinished(await stay(context, store, spec.name, { onLeave: () => control.stop(spec.name), revive: true, view }))
}

/** Whether the study is there as the spec says, every run of it done: then no runner is needed. */
function isTrained(store: Store, spec: Spec): boolean {
  const study = store.studies.get(spec.name)
  if (!study?.engine || study.done < study.runs) return false
  const plan = planStudy(store, spec, study.engine)
  const same = JSON.stringify(specJson(plan.spec)) === JSON.stringify(study.spec)
  return same && plan.planned.every(({ key }) => store.runs.byKey(key)?.status === 'done')
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

interface Staying {
  /** At the first Ctrl+C; null leaves the study to itself. */
  readonly onLeave: (() => Promise<void>) | null
  /** Whether a runner that was killed is replaced. */
  readonly revive: boolean
  /** Hears events; default: they are printed, with a progress of this study. */
  readonly view?: StudyView
}

interface StudyView {
  hear(event: StudyEvent): void
  end(): void
}

/** Follows until the study is finished, stopped, or left. */
async function stay(
  context: Context,
  store: Store,
  name: string,
  { onLeave, revive, view = printedView(context, store.studies.get(name)!) }: Staying,
): Promise<StudySummary> {
  const alive = () => runnerStatus(store).runner !== null
  const layout = layoutNotes(context, store, name)
  let asked = false
  try {
    return await followStudy(store, name, {
      onEvent: view.hear,
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

function conclude(context: Context, study: StudySummary, before: number): void {
  refuseUnfinished(study)
  const { name, done, runs } = study
  if (!context.settings.json) context.print(`study ${name}: ${done} of ${runs} runs done, ${done - before} of them now`)
}

function refuseUnfinished({ name, done, failed, runs, queued, running, stopped, error }: StudySummary): void {
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
}

/** Prints events as JSON lines, and draws progress from them: a run done moves it, an epoch is its note. */
function printedView(context: Context, { runs, done }: StudySummary): StudyView {
  let progress: Progress | undefined
  let finished = done
  return {
    hear(event) {
      context.event(event)
      progress ??= context.progress({ label: 'training', unit: 'runs', total: runs, from: done })
      if (event.event === 'run-done' && event.status !== 'stopped') {
        finished++
        progress.update(finished)
      } else if (event.event === 'epoch') progress.update(finished, epochWords(event))
    },
    end: () => progress?.end(),
  }
}

/** An epoch in few words. */
export function epochWords(event: Extract<StudyEvent, { event: 'epoch' }>): string {
  const { run, epoch, validationLoss, imagesPerSecond } = event
  return `run ${run} epoch ${epoch}: ${formatNumber(validationLoss)}, ${formatNumber(imagesPerSecond, 3)} images/s`
}
