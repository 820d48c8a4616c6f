/** How a machine's cores may be divided among workers, and which division a study is done soonest with. Pure. */
import type { Layout, LayoutChoice, MeasuredLayout } from '../store/index.ts'

/**
 * The layouts worth trying for a study of `runs` runs on `cores` cores, most workers first: a worker a core, one worker with all cores, and up to two
 * between; never more workers than runs. What was chosen by hand is kept, and then there is one layout only.
 */
export function candidateLayouts(cores: number, runs: number, { workers, threads }: LayoutChoice): Layout[] {
  if (threads !== null) return [{ workers: workers ?? share(cores, threads), threads }]
  if (workers !== null) return [{ workers, threads: share(cores, workers) }]
  const counts = [cores, ...between(cores), 1].map(count => Math.min(count, runs))
  return [...new Set(counts)].map(count => ({ workers: count, threads: share(cores, count) }))
}

/**
 * The layout that finishes `runs` runs of equal length first: runs / workers, rounded up, rounds at the speed of one worker. So three runs on two
 * cores go one after another with both, where two at a time are not much faster. Of equal ones that of fewer workers.
 */
export function soonestLayout(measured: readonly MeasuredLayout[], runs: number): Layout | null {
  const time = ({ workers, imagesPerSecond }: MeasuredLayout) => (Math.ceil(runs / workers) * workers) / imagesPerSecond
  const [best] = measured.toSorted((a, b) => time(a) - time(b) || a.workers - b.workers)
  return best === undefined ? null : { workers: best.workers, threads: best.threads }
}

/** Numbers of workers between all cores and one: the divisors nearest to a third and two thirds of the way, on a logarithmic scale. */
function between(cores: number): number[] {
  const divisors = Array.from({ length: cores }, (_, i) => cores - i).filter(count => cores % count === 0)
  const inner = divisors.slice(1, -1)
  return [2 / 3, 1 / 3].flatMap(part => {
    const distance = (count: number) => Math.abs(Math.log(count) - part * Math.log(cores))
    return inner.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1)
  })
}

function share(cores: number, parts: number): number {
  return Math.max(1, Math.floor(cores / parts))
}
