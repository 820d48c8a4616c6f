/** What a contrast shows, what varied, and what it does not show, in plain words. */
import type { Contrast, ContrastFamily } from './contrast.ts'
import type { ContrastSide } from './contrastSpec.ts'
import { METRIC_NAMES, type Metric, type On } from './metrics.ts'
import { probability, significant } from './numberText.ts'

/** What all contrasts of a study share. */
export interface ContrastScope {
  readonly metric: Metric
  readonly on: On
  readonly splits: number
  readonly runsOfCell: number
  readonly marks: readonly string[]
}

type Judged = Omit<Contrast, 'sentence'>

export function sentenceOf(contrast: Judged, family: ContrastFamily, scope: ContrastScope): string {
  return `${conclusion(contrast, family, scope)} ${scopeSentence(scope)}`
}

/** Without what is the same for all of them. */
export function conclusion(contrast: Judged, family: ContrastFamily, scope: ContrastScope): string {
  const marks = contrast.marks.length === 0 ? '' : ` Marked: ${contrast.marks.join('; ')}.`
  return `${claim(contrast, family, scope)}${marks}`
}

/** What several contrasts of a family show together: one sentence for all that could not have shown anything, and one for each other. */
export function conclusions(
  own: readonly Judged[],
  family: ContrastFamily,
  scope: ContrastScope,
): { readonly verdict: Judged['verdict']; readonly words: string }[] {
  const alike = own.filter(one => one.marks.length === 0 && isPowerless(one, family, scope))
  const together = alike.length < 2 ? [] : alike
  const rest = own.filter(one => !together.includes(one))
  const [first] = together
  if (first === undefined) return rest.map(one => ({ verdict: one.verdict, words: conclusion(one, family, scope) }))
  const which = rest.length === 0 ? `these ${together.length}` : `the other ${together.length}`
  const measured = `${scope.on} ${METRIC_NAMES[scope.metric].word}`
  return [
    ...rest.map(one => ({ verdict: one.verdict, words: conclusion(one, family, scope) })),
    {
      verdict: first.verdict,
      words: `${first.model}: in none of ${which} contrasts is a difference in ${measured} shown${powerless(family, scope)}`,
    },
  ]
}

function isPowerless({ verdict, pairs }: Judged, { smallestP }: ContrastFamily, { runsOfCell }: ContrastScope): boolean {
  return verdict === 'not shown' && pairs === runsOfCell && smallestP >= 0.05
}

function powerless({ contrasts, smallestP, fewestRuns }: ContrastFamily, { runsOfCell }: ContrastScope): string {
  return (
    `, nor could one be: with ${runsOfCell} runs a cell and ${contrasts} ${contrasts === 1 ? 'contrast' : 'contrasts'} in this family ` +
    `no corrected p is below ${probability(smallestP)}; from ${fewestRuns} runs on one can be below 0.05.`
  )
}

function claim(contrast: Judged, family: ContrastFamily, scope: ContrastScope): string {
  const { metric, on, runsOfCell } = scope
  const { from, to, verdict, pairs, complete, pHolm } = contrast
  const measured = `${on} ${METRIC_NAMES[metric].word}`
  const names = sideNames(from, to)
  if (verdict === 'open') {
    return `${contrast.model}: no conclusion yet on ${names.to} against ${names.from}: ${pairs} of ${runsOfCell} pairs are measured.`
  }
  const corrected = `corrected p ${probability(pHolm)}, ${pairs} pairs`
  if (verdict === 'lower' || verdict === 'higher') {
    const relative = contrast.relative === null ? '' : `, ${percent(contrast.relative)} of the median`
    return (
      `${contrast.model}: ${names.to} has a ${verdict} ${measured} than ${names.from}: median difference ` +
      `${difference(contrast)}${relative} (${corrected}).`
    )
  }
  const open = `${contrast.model}: no difference in ${measured} is shown between ${names.to} and ${names.from}`
  if (pairs === 0) return `${open}: it has no value in any pair.`
  if (pairs < runsOfCell && complete) return `${open}: it has a value in ${pairs} of ${runsOfCell} pairs (${corrected}).`
  if (isPowerless(contrast, family, scope)) return `${open}${powerless(family, scope)}`
  if (pHolm !== null && pHolm < 0.05) {
    return `${open}: median difference ${difference(contrast)} (${corrected}), but an interval holds 0.`
  }
  const { hlLow, hlHigh } = contrast
  const rest =
    hlLow === null
      ? ''
      : ` That is no proof of equality: differences from ${significant(hlLow)} to ${significant(hlHigh)} stay possible.`
  return `${open}: median difference ${difference(contrast)} (${corrected}).${rest}`
}

/** What the conclusions stand on, and what they do not speak of. */
export function scopeSentence({ splits, marks }: ContrastScope): string {
  const varied = 'the seed: initial weights, order and augmentation of images, which real images are drawn'
  const labels = marks.includes('simulated labels') ? ' Labels are simulated: nothing here is about a disease.' : ''
  if (splits > 1) {
    return `Between pairs varied ${varied}; and the split, ${splits} of these images. It does not speak of other images, patients or scanners.${labels}`
  }
  return `Between pairs varied ${varied}; the split did not. It does not speak of other splits, images, patients or scanners.${labels}`
}

/** A contrast's two sides in few words: what they share is said once. */
function sideNames(from: ContrastSide, to: ContrastSide): { readonly from: string; readonly to: string } {
  if (from.policy === to.policy) return { from: `'${from.scenario}'`, to: `${to.policy} '${to.scenario}'` }
  if (from.scenario === to.scenario) return { from: from.policy, to: `'${to.scenario}' ${to.policy}` }
  return { from: `${from.policy} '${from.scenario}'`, to: `${to.policy} '${to.scenario}'` }
}

/** `-9.0 %`. */
export function percent(share: number): string {
  const digits = (100 * share).toFixed(1)
  return digits === '-0.0' || digits === '0.0' ? '0.0 %' : `${share > 0 ? '+' : ''}${digits} %`
}

function difference({ medianDifference, low, high }: Judged): string {
  const interval = low === null ? '' : ` [${significant(low)} ${significant(high)}]`
  return `${significant(medianDifference)}${interval}`
}
