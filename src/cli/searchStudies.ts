/** A search over the lab: its studies are trained one after another, its winner confirmed, and judged once on test. */
import { LabError } from '../core/shared/errors.ts'
import { type Contrasts, type Run, type Spec, scoreOf, usesBank } from '../core/study/index.ts'
import {
  confirmationStudy,
  type Found,
  findWinner,
  type Scores,
  type Search,
  type SearchPlan,
} from '../core/study/search/index.ts'
import { evaluateStudy } from '../runner/evaluateStudy.ts'
import { bankPlanOf, type StudyEvent, splitsOf } from '../runner/index.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { evaluateRequest } from './evaluateRequest.ts'
import type { Progress } from './progress.ts'
import { contrastsOfStudy } from './studyTable.ts'
import { synthesiseFor } from './synthesise.ts'
import { epochWords, trainPart } from './trainStudy.ts'

export interface SearchCost {
  readonly runs: number
  /** Of training, all workers together. */
  readonly seconds: number
  /** Synthetic images that its runs hold, and USD they cost. */
  readonly images: number
  readonly usd: number
}

export interface SearchEnd extends Found {
  readonly confirmation: { readonly study: string; readonly seed: number; readonly contrasts: Contrasts }
  /** Null where the split has no test images. */
  readonly test: Contrasts | null
  readonly cost: SearchCost
}

/** @throws LabError `interrupted` by Ctrl+C, after which the same search goes on; `failed` where a run failed; what is done is kept */
export async function searchStudies(
  context: Context,
  store: Store,
  search: Search,
  classes: readonly string[],
): Promise<SearchEnd> {
  const trained = new TrainedStudies(context, store, search)
  try {
    const found = await findWinner(search, classes, trained)
    const spec = confirmationStudy(found.search, found.winner)
    context.note(`${found.winner.name} won; confirming it on ${spec.runs} fresh runs`)
    await trained.train(spec)
    trained.end()
    const { metric } = search
    const contrasts = contrastsOfStudy(store, spec.name, { metric })
    const confirmation = { study: spec.name, seed: spec.seed, contrasts }
    return { ...found, confirmation, test: await onTest(context, store, spec, search), cost: trained.cost() }
  } finally {
    trained.end()
  }
}

async function onTest(context: Context, store: Store, spec: Spec, { metric }: Search): Promise<Contrasts | null> {
  const splits = splitsOf(store, spec)
  if (!splits.every(({ images }) => images.some(({ part }) => part === 'test'))) return null
  await evaluateStudy(store, spec.name, {
    engine: ({ engine }) => evaluateRequest(context, engine),
    onRun: () => {},
    signal: context.signal,
  })
  return contrastsOfStudy(store, spec.name, { metric, on: 'test' })
}

class TrainedStudies {
  private readonly context: Context
  private readonly store: Store
  private readonly search: Search
  private readonly studies = new Map<string, Spec>()
  private readonly done = new Set<number>()
  private total: number | null = null
  private progress: Progress | null = null

  constructor(context: Context, store: Store, search: Search) {
    this.context = context
    this.store = store
    this.search = search
  }

  planned(plan: SearchPlan): void {
    this.total = plan.runs
    this.context.note(planWords(plan))
  }

  async train(spec: Spec): Promise<Scores> {
    if (spec.scenarios.some(usesBank)) {
      this.end()
      await synthesiseFor(this.context, this.store, spec)
    }
    this.context.signal.throwIfAborted()
    await trainPart(this.context, this.store, spec, event => this.hear(spec, event))
    this.studies.set(spec.name, spec)
    const runs = this.store.runs.list({ study: spec.name })
    for (const run of runs) this.done.add(run.id)
    const byScenario = Map.groupBy(
      runs.toSorted((a, b) => a.index - b.index),
      run => run.cell.scenario,
    )
    return new Map([...byScenario].map(([name, own]) => [name, own.map(run => this.scoreOf(run))]))
  }

  runsIn(hours: number, { name }: Spec): number {
    const seconds = this.store.runs.meanSeconds(name)
    const workers = this.store.studies.get(name)?.engine?.workers ?? 1
    const runs = Math.floor((hours * 3600 * workers) / Math.max(seconds ?? 0, 1e-3))
    this.context.note(
      `a run of 100/0 takes ${(seconds ?? 0).toFixed(1)} s, ${workers} at once: ${hours} hours are taken for ${runs} runs, an estimate and no deadline`,
    )
    return runs
  }

  cost(): SearchCost {
    const images = new Map<number, number>()
    let seconds = 0
    for (const id of this.done) seconds += this.store.runs.get(id)?.result?.seconds ?? 0
    for (const spec of this.studies.values()) {
      for (const { present } of bankPlanOf(this.store, spec, splitsOf(this.store, spec)).generators) {
        for (const { id, cost } of present) images.set(id, cost)
      }
    }
    const usd = [...images.values()].reduce((sum, cost) => sum + cost, 0)
    return { runs: this.done.size, seconds, images: images.size, usd }
  }

  end(): void {
    this.progress?.end()
    this.progress = null
  }

  private hear(spec: Spec, event: StudyEvent): void {
    if (event.event === 'study') {
      for (const run of this.store.runs.list({ study: spec.name, status: 'done' })) this.done.add(run.id)
    } else if (event.event === 'run-done' && event.status === 'done') this.done.add(event.run)
    if (event.event !== 'epoch' && event.event !== 'run-done') return
    // An event of this study's was the first: what was done before it counts for no rate.
    const from = this.done.size - (event.event === 'run-done' ? 1 : 0)
    this.progress ??= this.context.progress({ label: spec.name, unit: 'runs', total: this.total, from })
    this.progress.update(this.done.size, event.event === 'epoch' ? epochWords(event) : undefined)
  }

  private scoreOf(run: Run): number {
    const { metric } = this.search
    const score = scoreOf(run, metric, 'validation')
    if (score === null) throw new LabError('failed', `run ${run.id} has no ${metric}: search by another metric`)
    return score
  }
}

/** What will be trained, in a sentence. */
export function planWords({ candidates, of, tuning, rounds, confirm, runs }: SearchPlan): string {
  const drawn = of > candidates ? ` (drawn from ${of})` : ''
  const steps = rounds.map(round => `${round.candidates} x ${round.runs}`).join(', ')
  const tuned = tuning.length > 0 ? `tuning in ${tuning.length} rounds, ` : ''
  return `${candidates} candidates${drawn}: ${tuned}${rounds.length} rounds (candidates x runs of each: ${steps || 'none'}), ${confirm} fresh runs of 3 cells; ${runs} runs in all`
}
