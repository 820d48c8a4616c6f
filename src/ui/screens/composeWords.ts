/** How much work a composed study would be, in words. */
import { formatDuration } from '../format/duration.ts'
import type { Pace } from '../queries/compose.ts'
import type { Estimate } from './composeDraft.ts'

/** `4 cells, 12 runs · up to 640 training images · about 3 m, measured on 20 runs`. */
export function estimateWords(estimate: Estimate | null, pace: Pace | null): string {
  if (estimate === null) return 'no study yet: see what is wrong'
  const { cells, runs, existing, images, seconds } = estimate
  const there = existing === 0 ? '' : `, ${existing} there already`
  const measured = pace === null ? '' : `, by ${pace.runs} runs here`
  const time = seconds === null ? 'time not known before the first run' : `about ${formatDuration(seconds)}${measured}`
  return `${counted(cells, 'cell')}, ${counted(runs, 'run')}${there} · up to ${counted(images, 'training image')} · ${time}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
