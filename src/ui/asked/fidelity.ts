/** What `synth fidelity` answers, as far as the Bank screen shows it. */
import { z } from 'zod'
import { type Ask, answered } from './ask.ts'

const share = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable()
const row = z.object({
  class: z.string().nullable(),
  images: z.number(),
  kid: share,
  precision: share,
  recall: share,
  density: share,
  coverage: share,
  detector: z.object({ auc: z.number(), low: z.number(), high: z.number() }).nullable(),
})
const fidelity = z.object({
  featureSpace: z.object({ name: z.string() }),
  nearest: z.object({
    images: z.number(),
    copiesOfOthers: z.number(),
    copiesOfParents: z.number(),
    withParents: z.number(),
    nearerToValidation: z.object({ correlation: z.number(), ssim: z.number() }),
  }),
  synthetic: z.array(row),
  validation: z.array(row),
})

export type ShownFidelity = z.infer<typeof fidelity>
export type FidelityLine = z.infer<typeof row>

export async function measureFidelity(
  ask: Ask,
  dataset: string,
  generator: string,
  onNote: (line: string) => void,
): Promise<ShownFidelity> {
  const words = ['synth', 'fidelity', '--dataset', dataset, '--generator', generator]
  return answered(fidelity, await ask(words, { onNote }), 'synth fidelity')
}
