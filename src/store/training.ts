/**
 * The images a run was trained on. A set can be thousands of ids and many runs share one (run i of every model and policy of
 * a scenario), so a set is stored once, as deflated JSON under the SHA-256 of its text.
 */
import { hash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import type { TrainingImages } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { jsonText } from './json.ts'

const imagesText = jsonText<TrainingImages>(
  z.record(
    z.string(),
    z.object({
      real: z.int(),
      synthetic: z.int(),
      copies: z.int().exactOptional(),
      weight: z.number().exactOptional(),
      images: z.array(z.string()),
      bank: z.array(z.string()).exactOptional(),
    }),
  ),
)

const trainingRow = z
  .object({ sha256: z.string(), images: z.instanceof(Uint8Array) })
  .transform(({ sha256, images }, context): string => {
    const text = inflated(images)
    if (text !== null && hash('sha256', text, 'hex') === sha256) return text
    context.addIssue({ code: 'custom', path: ['images'], message: 'not the content that its SHA-256 names' })
    return z.NEVER
  })
  .pipe(imagesText)

export class Training {
  readonly #insertSet
  readonly #insert
  readonly #ofRun
  readonly #sweep
  readonly #all

  constructor(connection: Connection) {
    this.#insertSet = connection.command(
      'INSERT INTO training_sets (sha256, images) VALUES (:sha256, :images) ON CONFLICT DO NOTHING',
    )
    this.#insert = connection.command('INSERT INTO training (run, training_set) VALUES (:run, :sha256)')
    this.#ofRun = connection.query<TrainingImages>(
      { table: 'training_sets', key: ['sha256'] },
      trainingRow,
      `SELECT sha256, images FROM training JOIN training_sets ON sha256 = training_set WHERE run = :run`,
    )
    this.#all = connection.query<TrainingImages>(
      { table: 'training_sets', key: ['sha256'] },
      trainingRow,
      'SELECT sha256, images FROM training_sets',
    )
    this.#sweep = connection.command(
      'DELETE FROM training_sets WHERE NOT EXISTS (SELECT 1 FROM training WHERE training_set = sha256)',
    )
  }

  /** SHA-256 of the bank images that finished runs were trained on. */
  bankFiles(): Set<string> {
    return new Set(this.#all.all().flatMap(set => Object.values(set).flatMap(({ bank = [] }) => bank)))
  }

  /** A part of `Runs.finish`. */
  insert(run: number, training: TrainingImages): void {
    const text = JSON.stringify(training)
    const sha256 = hash('sha256', text, 'hex')
    this.#insertSet.run({ sha256, images: deflateRawSync(text) })
    this.#insert.run({ run, sha256 })
  }

  /** The images a finished run was trained on, or null. */
  of(run: number): TrainingImages | null {
    return this.#ofRun.get({ run }) ?? null
  }

  /** Forgets the sets no run has any more; a part of `Runs.delete`. */
  sweep(): void {
    this.#sweep.run()
  }
}

function inflated(bytes: Uint8Array): string | null {
  try {
    return inflateRawSync(bytes).toString('utf8')
  } catch {
    return null
  }
}
