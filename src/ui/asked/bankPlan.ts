/** What `synth plan` answers, and making what it says is missing. */
import { z } from 'zod'
import { type Spec, specJson } from '../../core/study/index.ts'
import { type Ask, answered } from './ask.ts'

const service = z.object({
  host: z.string(),
  sends: z.string(),
  consent: z.boolean(),
  spent: z.number(),
  prices: z.string(),
})
const part = z.object({
  generator: z.string(),
  images: z.number(),
  present: z.number(),
  missing: z.number(),
  classes: z.array(z.object({ name: z.string(), present: z.number(), missing: z.number() })),
  requests: z.number(),
  price: z.number(),
  seconds: z.number().nullable(),
  leaves: z.string().nullable(),
  needs: z.string().nullable(),
  service: service.nullable(),
})
const plan = z.object({ dataset: z.string(), runs: z.number(), generators: z.array(part) })

/** What runs want of one generator. Prices in USD. */
export type BankPart = z.infer<typeof part>
export type BankPlan = z.infer<typeof plan>

export function parsePlan(answer: unknown): BankPlan {
  return answered(plan, answer, 'synth plan')
}

/** What the runs of a spec want of the bank. */
export async function planSpec(ask: Ask, spec: Spec, signal?: AbortSignal): Promise<BankPlan> {
  return parsePlan(await ask(['synth', 'plan', '--spec'], { file: specJson(spec), signal }))
}

/** Makes what they lack. It may cost `price` of the plan: ask before. */
export async function makeForSpec(ask: Ask, spec: Spec, onNote: (line: string) => void): Promise<void> {
  await ask(['synth', 'run', '--yes', '--spec'], { file: specJson(spec), onNote })
}

/** Images that a plan's runs lack. */
export function missingOf({ generators }: BankPlan): number {
  return generators.reduce((sum, one) => sum + one.missing, 0)
}

/** USD, at most. */
export function priceOf({ generators }: BankPlan): number {
  return generators.reduce((sum, one) => sum + one.price, 0)
}

/** The service that would be sent images without anybody's consent; null where there is none. */
export function unagreed({ generators }: BankPlan): { readonly generator: string; readonly host: string } | null {
  const found = generators.find(one => one.missing > 0 && one.service !== null && !one.service.consent)
  return found === undefined ? null : { generator: found.generator, host: found.service!.host }
}
