/** What a finished study answers, of what `contrasts` answers. */
import { z } from 'zod'
import { formatNumber } from '../format/number.ts'
import { type Ask, answered } from './ask.ts'

const report = z.object({
  contrasts: z.array(
    z.object({
      question: z.string(),
      verdict: z.enum(['lower', 'higher', 'not shown', 'open']),
      pHolm: z.number().nullable(),
    }),
  ),
})

export type AnsweredContrasts = z.infer<typeof report>

/** The questions that studies are made for, the one that says most first. */
const QUESTIONS = ['against the control', 'synthetic added']
/** In fewer words, where there is one line. */
const SHORT: Readonly<Record<string, string>> = {
  'against the control': 'against copies',
  'synthetic added': 'synthetic images',
}

export async function askAnswer(ask: Ask, study: string, signal: AbortSignal): Promise<string> {
  return answerWords(answered(report, await ask(['contrasts', '--study', study], { signal }), 'contrasts'))
}

/**
 * `against copies: no difference shown (p 0.41)`: of the study's first question, on the validation loss, with the smallest corrected p. What a number of
 * runs could not have shown is said as any other: the sentence of each contrast stands on the Tables screen.
 */
export function answerWords({ contrasts }: AnsweredContrasts): string {
  const question = QUESTIONS.find(name => contrasts.some(one => one.question === name)) ?? contrasts[0]?.question
  const own = contrasts.filter(one => one.question === question)
  if (question === undefined) return 'no contrasts are declared'
  const count = (verdict: AnsweredContrasts['contrasts'][number]['verdict']): number =>
    own.filter(one => one.verdict === verdict).length
  const p = Math.min(...own.flatMap(one => (one.pHolm === null ? [] : [one.pHolm])))
  const [lower, higher] = [count('lower'), count('higher')]
  const shown = [...(lower > 0 ? [`lower loss in ${lower}`] : []), ...(higher > 0 ? [`higher in ${higher}`] : [])]
  const words =
    shown.length > 0
      ? `${shown.join(', ')} of ${own.length}`
      : count('open') === own.length
        ? 'not enough runs to compare'
        : 'no difference shown'
  return `${SHORT[question] ?? question}: ${words}${Number.isFinite(p) ? ` (p ${formatNumber(p, 2)})` : ''}`
}
