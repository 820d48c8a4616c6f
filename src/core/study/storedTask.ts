/** The task of a finished run, made again from what was kept of it: its provenance and the images it was trained on. */
import { z } from 'zod'
import type { Dataset } from '../dataset/index.ts'
import { LabError } from '../shared/errors.ts'
import type { TrainingTask } from '../training/index.ts'
import type { TrainingImages } from './run.ts'
import { bankPlace } from './task.ts'

const wholeNumber = z.int().positive()

/** Of a provenance record, what training again needs. Settings that this release does not know by name are kept as they are. */
const provenanceSchema = z.looseObject({
  node: z.string().default(''),
  platform: z.string().default(''),
  engine: z.looseObject({
    engine: z.string(),
    device: z.string(),
    threads: wholeNumber,
    lowering: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  dataset: z.looseObject({
    name: z.string(),
    fingerprint: z.string(),
    split: z.looseObject({
      kind: z.enum(['parity', 'random', 'grouped']),
      validationFraction: z.number(),
      testFraction: z.number(),
      seed: z.int(),
      number: z.int().exactOptional(),
    }),
  }),
  settings: z.looseObject({
    model: z.string(),
    size: wholeNumber,
    classes: z.array(z.string()),
    policy: z.unknown(),
    seed: z.int(),
    index: z.int().nonnegative(),
    batch: wholeNumber,
    learningRate: z.number().positive(),
    epochs: wholeNumber,
    patience: wholeNumber,
    pretrained: z.looseObject({ sha256: z.string() }).exactOptional(),
  }),
})

/** What a finished run was trained with. */
export type StoredProvenance = z.infer<typeof provenanceSchema>

/** @throws LabError `data` where it lacks what a run is trained again from; `origin` begins it */
export function readProvenance(record: unknown, origin: string): StoredProvenance {
  const parsed = provenanceSchema.safeParse(record)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  throw new LabError(
    'data',
    `${origin}: its provenance lacks ${first?.path.join('.') || 'everything'}: it cannot be trained again`,
  )
}

/**
 * @param dataset under the split that the provenance names
 * @param placeOf says which image of memory holds an image's pixels, by its id or `bankPlace`; undefined for one that is not there
 * @throws LabError `data` for an image that is not there
 */
export function storedTask(
  { settings }: StoredProvenance,
  training: TrainingImages,
  dataset: Pick<Dataset, 'classes' | 'images'>,
  placeOf: (id: string) => number | undefined,
): TrainingTask {
  const at = (id: string): number => {
    const place = placeOf(id)
    if (place === undefined) throw new LabError('data', `image ${id}, which the run was trained on, is not there any more`)
    return place
  }
  const train = settings.classes.flatMap((name, label) => {
    const { real = 0, images = [], bank } = training[name] ?? {}
    const places = new Map<string, number>()
    return images.map((id, i) => {
      const file = i < real ? undefined : bank?.[i - real]
      // A copy has its original's pixels, real or of the bank: those of `SHA256-N` for `SHA256-Ns1`, of that for `SHA256-Ns1s2`.
      const original = i < real ? id : id.replace(/s\d+$/, '')
      const place = file === undefined ? (places.get(original) ?? at(original)) : at(bankPlace({ sha256: file }))
      places.set(id, place)
      return { id, place, label }
    })
  })
  const validation = dataset.images
    .filter(image => image.part === 'validation')
    .map(({ id, label }) => ({ id, place: at(id), label }))
  return { ...(settings as unknown as Omit<TrainingTask, 'train' | 'validation'>), train, validation }
}
