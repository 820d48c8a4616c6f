/** How much work a composed study would be and what it could show, in words. */
import { type BankPlan, missingOf, priceOf } from '../asked/bankPlan.ts'
import { formatDuration } from '../format/duration.ts'
import { formatNumber } from '../format/number.ts'
import type { Answer } from '../hooks/useAnswer.ts'
import type { Outlook } from './composeOutlook.ts'

/** `9 cells, 180 runs · up to 640 images · about 3 m, by 20 runs here`. */
export function workWords(outlook: Outlook | null): string {
  if (outlook === null) return 'no study yet: see what is wrong'
  const { cells, runs, existing, images, seconds, measured } = outlook
  const there = existing === 0 ? '' : `, ${existing} there already`
  const by = `, by ${counted(measured, 'run')} here`
  const time = seconds === null ? 'no run to tell the time by' : `about ${formatDuration(seconds)}${by}`
  return `${counted(cells, 'cell')}, ${counted(runs, 'run')}${there} · up to ${counted(images, 'image')} · ${time}`
}

/** `24 images to make, free · smallest p after correction 0.0004`. */
export function promiseWords(outlook: Outlook | null, bank: Answer<BankPlan>): string {
  return outlook === null ? '' : [bankWords(bank), powerWords(outlook)].filter(Boolean).join(' · ')
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

function powerWords({ smallestP, fewestRuns }: Outlook): string {
  if (smallestP === null || fewestRuns === null) return 'no contrasts'
  if (smallestP >= 0.05) return `no difference can be shown with so few runs: ${fewestRuns} a cell are needed`
  return `smallest p after correction ${formatNumber(smallestP, 2)}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
