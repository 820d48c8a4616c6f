/** Trains a study in the foreground, and tells how it goes: a line of JSON an event, or progress for people. */
import { availableParallelism, cpus } from 'node:os'
import { createEngine, resolveEngine } from '../core/engine/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { Spec } from '../core/study/index.ts'
import { prepareStudy, runStudy, type StudyEvent } from '../runner/index.ts'
import type { Context } from './context.ts'
import { changeLab } from './lab.ts'
import { formatNumber } from './number.ts'
import type { Progress } from './progress.ts'

/** Throws `interrupted` where Ctrl+C ended it, `failed` where a run failed; what is done is kept. */
export async function trainStudy(context: Context, spec: Spec): Promise<void> {
  const threads = context.settings.threads ?? 1
  const workers = context.settings.workers ?? Math.max(1, Math.floor(availableParallelism() / threads))
  const device = cpus()[0]?.model.trim() ?? 'CPU'
  const engine = await createEngine({ engine: resolveEngine(context.settings.engine), threads, device })
  const wanted = { engine: engine.identity.engine, threads, lowering: engine.identity.lowering }
  await engine.release()

  await changeLab(context, async store => {
    const study = prepareStudy(store, spec, wanted)
    const before = store.studies.get(spec.name)?.done ?? 0
    const follow = follower(context, study.runs.length, before)
    const outcome = await runStudy(store, study, {
      workers,
      device,
      version: context.version,
      signal: context.signal,
      onEvent: event => {
        context.event(event)
        follow.hear(event)
      },
    }).finally(() => follow.end())
    const { done, failed, interrupted } = outcome
    const total = study.runs.length
    if (interrupted) {
      throw new LabError('interrupted', `stopped: ${done} of ${total} runs are done and kept; the same command goes on`)
    }
    if (failed > 0) {
      const where = `'mri-lab runs --study "${spec.name}" --status failed' says why; the same command tries again`
      throw new LabError('failed', `${failed} of ${total} runs failed; ${where}`)
    }
    if (!context.settings.json) {
      context.print(`study ${spec.name}: ${done} of ${total} runs done, ${done - before} of them now`)
    }
  })
}

/** Draws progress from events: a run done moves it, an epoch is its note. */
function follower(context: Context, total: number, before: number) {
  let progress: Progress | undefined
  let finished = before
  return {
    hear(event: StudyEvent): void {
      progress ??= context.progress({ label: 'training', unit: 'runs', total, from: before })
      if (event.event === 'run-done' && event.status !== 'stopped') {
        finished++
        progress.update(finished)
      } else if (event.event === 'epoch') {
        const loss = formatNumber(event.validationLoss)
        progress.update(
          finished,
          `run ${event.run} epoch ${event.epoch}: ${loss}, ${formatNumber(event.imagesPerSecond, 3)} images/s`,
        )
      }
    },
    end: (): void => progress?.end(),
  }
}
