/** How much work a composed study would be and what it could show, in words. */
import type { Preview } from '../../core/study/index.ts'
import { type BankPlan, missingOf, priceOf } from '../asked/bankPlan.ts'
import { formatDuration } from '../format/duration.ts'
import { formatNumber } from '../format/number.ts'
import type { Answer } from '../hooks/useAnswer.ts'

/** `9 cells, 180 runs · up to 640 images · about 3 m, by 20 runs here`. */
export function workWords(preview: Preview | null): string {
  if (preview === null) return 'no study yet: see what is wrong'
  const { cells, runs, images } = preview
  const there = runs.found === 0 ? '' : `, ${runs.found} there already`
  const most = Math.max(0, ...images.train.map(one => one.images))
  return `${counted(cells, 'cell')}, ${counted(runs.all, 'run')}${there} · up to ${counted(most, 'image')} · ${timeWords(preview)}`
}

function timeWords({ time, runs }: Preview): string {
  if (runs.toTrain === 0) return 'nothing to train'
  if (time.seconds === null) return 'no run to tell the time by'
  const words = formatDuration(time.seconds)
  return time.from === 'at most' ? `at most ${words}` : `about ${words}, by ${counted(time.runs, 'run')} here`
}

/** `24 images to make, free · smallest p after correction 0.0004`. */
export function promiseWords(preview: Preview | null, bank: Answer<BankPlan>): string {
  return preview === null ? '' : [bankWords(bank), powerOf(preview).words].filter(Boolean).join(' · ')
}

function bankWords({ value, waiting, error }: Answer<BankPlan>): string {
  if (error !== null) return `images: ${error}`
  if (value === null) return waiting ? 'images to make: counting ...' : 'no synthetic images'
  const missing = missingOf(value)
  if (missing === 0) return value.generators.length === 0 ? 'no synthetic images' : 'all synthetic images are in the bank'
  const price = priceOf(value)
  const money = price === 0 ? 'free' : `up to ${price.toFixed(2)} USD`
  return `${counted(missing, 'image')} to make, ${money}${waiting ? ' ...' : ''}`
}

/** The smallest corrected p that the hardest family of contrasts can reach; weak where that shows nothing. */
export function powerOf(preview: Preview | null): { readonly weak: boolean; readonly words: string } {
  const families = preview?.families ?? []
  if (families.length === 0) return { weak: false, words: 'no contrasts' }
  const smallest = Math.max(...families.map(one => one.smallestP))
  if (smallest < 0.05) return { weak: false, words: `smallest p after correction ${formatNumber(smallest, 2)}` }
  const runs = Math.max(...families.map(one => one.fewestRuns))
  return { weak: true, words: `no difference can be shown with so few runs: ${runs} a cell are needed` }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
