/** How much work a composed study would be and what it could show, in words. */
import type { Preview } from '../../core/study/index.ts'
import { type BankPlan, missingOf, priceOf } from '../asked/bankPlan.ts'
import { formatDuration } from '../format/duration.ts'
import { formatNumber } from '../format/number.ts'
import { fitting, type Phrase } from '../format/phrases.ts'
import type { Answer } from '../hooks/useAnswer.ts'
import { SYMBOLS } from '../theme.ts'

/** `9 cells, 180 runs · up to 640 images · about 3 m, by 20 runs here`: of that what fits in a width, the work and its time before the rest. */
export function workWords(preview: Preview | null, width = Infinity): string {
  if (preview === null) return 'no study yet: see what is wrong'
  const { cells, runs, images } = preview
  const most = Math.max(0, ...images.train.map(one => one.images))
  const phrases: Phrase[] = [
    { text: `${counted(cells, 'cell')}, ${counted(runs.all, 'run')}`, need: 0 },
    { text: runs.found === 0 ? '' : `${runs.found} there already`, need: 2, after: ', ' },
    { text: `up to ${counted(most, 'image')}`, need: 3 },
    ...timePhrases(preview),
  ]
  return fitting(phrases, width)
}

function timePhrases({ time, runs }: Preview): Phrase[] {
  const need = 1
  if (runs.toTrain === 0) return [{ text: 'nothing to train', need }]
  if (time.seconds === null) return [{ text: 'no run to tell the time by', need }]
  const words = formatDuration(time.seconds)
  if (time.from === 'at most') return [{ text: `at most ${words}`, need }]
  return [
    { text: `about ${words}`, need },
    { text: `by ${counted(time.runs, 'run')} here`, need: 4, after: ', ' },
  ]
}

/** `24 images to make, free · smallest p after correction 0.0004`: of that what fits; what speaks against the study, after a warning sign, stays. */
export function promiseWords(preview: Preview | null, bank: Answer<BankPlan>, width = Infinity): string {
  if (preview === null) return ''
  const { weak, words } = powerOf(preview)
  const images: Phrase = { text: bankWords(bank), need: bank.error === null ? 1 : 0 }
  return fitting([images, { text: weak ? `${SYMBOLS.warning} ${words}` : words, need: weak ? 0 : 2 }], width)
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
  return { weak: true, words: `too few runs to show a difference: ${runs} a cell are needed` }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
