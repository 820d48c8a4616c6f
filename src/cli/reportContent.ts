/** What a report says of a stored study, read in one look at the database; what takes time (audit, fidelity, pictures) comes after. */
import { z } from 'zod'
import { auditDataset } from '../core/dataset/index.ts'
import type { BankSummary, ReportContent, ReportPictures, RunProvenance } from '../core/report/index.ts'
import { METRICS, type Metric, type On, parseSpec, scenariosOf, usesBank } from '../core/study/index.ts'
import { decodeGreyFile, type Fidelity, measureFidelity } from '../core/synthesis/index.ts'
import { splitsOf } from '../runner/prepare.ts'
import type { Store } from '../store/index.ts'
import { auditWarnings } from './auditText.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noStudy } from './missing.ts'
import type { Progress } from './progress.ts'
import { reportMaps } from './reportMaps.ts'
import { reportPictures } from './reportPictures.ts'
import type { StoredImage, StoredStudy } from './storedStudy.ts'
import { contrastsOfStudy, newestStudy, noStudies, tableOf } from './studyTable.ts'

export interface ReportRequest {
  /** Left out: the newest. */
  readonly study: string | undefined
  readonly metric: Metric
  readonly date: Date
  /** Whether images are embedded, of the dataset and the bank. */
  readonly pictures: boolean
  /** Whether models are asked what they look at; only with pictures. */
  readonly maps: boolean
  /** Whether synthetic images are compared with real ones. */
  readonly fidelity: boolean
}

/** Throws `usage` where there is no such study, `data` where what is stored of it makes no sense. */
export async function reportContent(context: Context, request: ReportRequest): Promise<ReportContent> {
  const stored = await readLab<StoredStudy | null>(context, null, store =>
    store.together(() => read(context, store, request)),
  )
  if (stored === null) throw request.study === undefined ? noStudies() : noStudy(request.study)
  const { content, dataset, pack } = stored
  const { audit } = await withProgress(context, `auditing ${dataset.name}`, onProgress =>
    auditDataset(dataset, pack, { onProgress, signal: context.signal }),
  )
  const bank: BankSummary[] = []
  for (const [generator, images] of stored.bank) {
    const counts = dataset.classes.map(name => ({ class: name, count: images.filter(image => image.class === name).length }))
    bank.push({
      generator,
      images: counts.filter(({ count }) => count > 0),
      dollars: images.reduce((sum, { cost }) => sum + cost, 0),
      fidelity: request.fidelity && images.length > 0 ? await fidelityOf(context, stored, generator, images) : null,
    })
  }
  const without = (why: string): ReportPictures => ({ real: [], synthetic: [], maps: [], missing: [why] })
  const pictures = request.pictures
    ? {
        ...(await reportPictures(stored)),
        ...(request.maps
          ? await reportMaps(context, content.runs, content.spec.models)
          : { maps: [], missing: ['Maps were left out: --no-gradcam.'] }),
      }
    : without('Pictures were left out: --no-pictures.')
  return { ...content, audit, warnings: auditWarnings(audit), bank, pictures }
}

function read(context: Context, store: Store, { study, metric, date }: ReportRequest): StoredStudy {
  const name = study ?? newestStudy(store)
  const found = store.studies.get(name)
  if (found === null) throw noStudy(name)
  const spec = parseSpec(found.spec, `study '${name}'`)
  const splits = splitsOf(store, spec)
  const dataset = splits[0]!
  const evaluation = store.evaluations.of(name)
  const measures: readonly On[] = evaluation === null ? ['validation'] : ['validation', 'test']
  const metrics = [metric, ...METRICS.filter(other => other !== metric)]
  const runs = store.runs.list({ study: name })
  const done = runs.filter(({ status }) => status === 'done')
  const spent = store.spending.total()
  const generators = [
    ...new Set(
      scenariosOf(spec)
        .filter(usesBank)
        .map(one => one.generator),
    ),
  ]
  return {
    content: {
      version: context.version,
      date: date.toISOString(),
      spec,
      metric,
      study: {
        created: found.created,
        error: found.error,
        evaluated: evaluation?.created ?? null,
        notes: store.notes.of({ study: name }).map(({ text }) => text),
      },
      splits,
      runs,
      notesOfRuns: runs.flatMap(({ id }) => store.notes.of({ run: id }).map(({ text }) => ({ run: id, text }))),
      epochs: new Map(runs.map(({ id }) => [id, store.epochs.of(id)])),
      provenance: new Map(done.map(({ id }) => [id, madeWith(store.provenance.of(id))])),
      tables: metrics.flatMap(each => measures.map(on => tableOf(store, name, each, on))),
      contrasts: measures.map(on => contrastsOfStudy(store, name, { metric, on })),
      spent: spent.requests === 0 ? null : { dollars: spent.micros / 1e6, requests: spent.requests },
    },
    dataset,
    pack: store.files.read(dataset.pixels),
    bank: new Map(
      generators.map(generator => [
        generator,
        store.bank
          .list({ dataset: spec.dataset, generator })
          .map(image => ({ ...image, file: store.files.read(image.sha256) })),
      ]),
    ),
  }
}

const unknown = 'unknown'
const count = z.int().nullable().catch(null)
/** What is missing in records of other releases is said to be unknown. */
const provenance = z.object({
  version: z.string().catch(unknown),
  node: z.string().catch(unknown),
  platform: z.string().catch(unknown),
  workers: count,
  engine: z
    .object({
      engine: z.string().catch(unknown),
      device: z.string().catch(unknown),
      threads: count,
      lowering: z.string().catch(unknown),
      versions: z.record(z.string(), z.string()).catch({}),
    })
    .catch({ engine: unknown, device: unknown, threads: null, lowering: unknown, versions: {} }),
})

function madeWith(record: unknown): RunProvenance {
  const { engine, ...rest } = provenance.parse(record ?? {})
  return { ...rest, ...engine }
}

/** Seed of the intervals and folds, as `synth fidelity` has it where none is given. */
const SEED = 1

function fidelityOf(
  context: Context,
  { dataset, pack }: StoredStudy,
  generator: string,
  images: readonly StoredImage[],
): Promise<Fidelity> {
  const synthetic = images.map(({ file, ...image }) => ({ ...image, image: decodeGreyFile(file) }))
  return withProgress(context, `comparing ${generator}`, onProgress =>
    measureFidelity(
      { dataset, pack, generator, synthetic, seed: SEED, classifier: null },
      { onProgress, signal: context.signal },
    ),
  )
}

async function withProgress<T>(
  context: Context,
  label: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let bar: Progress | undefined
  try {
    return await work((done, total) => {
      bar ??= context.progress({ label, unit: 'images', total })
      bar.update(done)
    })
  } finally {
    bar?.end()
  }
}
