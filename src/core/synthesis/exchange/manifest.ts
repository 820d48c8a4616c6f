/** The manifest of an exported bank: `manifest.json`, beside the images it names. */
import { z } from 'zod'
import { LabError, messageOf } from '../../shared/errors.ts'
import type { BankImage } from '../bank.ts'

export const MANIFEST = 'manifest.json'
const FORMAT = 'mri-lab bank'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256')
const image = z.object({
  file: z.string().min(1),
  generator: z.string().min(1).max(100),
  class: z.string().min(1).max(100),
  parents: z.array(sha256),
  /** Which of `learned`; null where its generator did not learn. */
  trainedOn: z.int().nonnegative().nullable(),
  variation: z.int().positive(),
  parameters: z.record(z.string(), z.unknown()),
  cost: z.number().nonnegative(),
  terms: z.string().nullable(),
  created: z.string(),
  sha256,
})
const manifest = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  dataset: z.object({ name: z.string(), fingerprint: z.string() }),
  learned: z.array(z.array(sha256)),
  images: z.array(image),
})
export type Manifest = z.infer<typeof manifest>

/** @param fileOf where an image lies in the folder */
export function makeManifest(
  dataset: Manifest['dataset'],
  images: readonly BankImage[],
  fileOf: (image: BankImage) => string,
): Manifest {
  const learned = new Map<string, { readonly place: number; readonly list: readonly string[] }>()
  const placeOf = (list: readonly string[]): number | null => {
    if (list.length === 0) return null
    const key = JSON.stringify(list)
    const found = learned.get(key) ?? { place: learned.size, list }
    learned.set(key, found)
    return found.place
  }
  const rows = images.map(one => ({
    ...{ file: fileOf(one), generator: one.generator, class: one.class, parents: [...one.parents] },
    ...{ trainedOn: placeOf(one.trainedOn), variation: one.variation, parameters: one.parameters, cost: one.cost },
    ...{ terms: one.terms, created: one.created, sha256: one.sha256 },
  }))
  return { format: FORMAT, version: 1, dataset, learned: [...learned.values()].map(({ list }) => [...list]), images: rows }
}

/** Whether it is a whole JSON text, and of another program: it says so by lacking the format. */
export function isForeign(text: string): boolean {
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format !== FORMAT
  } catch {
    return false
  }
}

/** @throws LabError `data` naming `path` and the first thing wrong */
export function readManifest(text: string, path: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new LabError('data', `${path}: not JSON: ${messageOf(cause)}`, { cause })
  }
  const parsed = manifest.safeParse(json)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new LabError('data', `${path}: no manifest of a bank: ${first?.path.join('.')}: ${first?.message}`)
}
