import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { BankImage } from '../core/synthesis/bank.ts'
import type { Connection } from './connection.ts'
import { hashListRow, packedList } from './hashList.ts'
import { jsonObject, jsonText } from './json.ts'

const bankRow = z.object({
  id: z.int(),
  dataset: z.string(),
  generator: z.string(),
  class: z.string(),
  parents: jsonText(z.array(z.string())),
  learnedSet: z.string().nullable(),
  variation: z.int().positive(),
  parameters: jsonObject,
  cost: z.number().nonnegative(),
  terms: z.string().nullable(),
  sha256: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  created: z.string(),
})
type BankRow = z.infer<typeof bankRow>

/** Which images; those of any where left out. */
export interface BankFilter {
  readonly dataset?: string | undefined
  readonly generator?: string | undefined
}

const SELECT = `
  SELECT bank_images.id, datasets.name AS dataset, generator, class, parents, learned_set AS learnedSet, variation, parameters, cost, terms, sha256,
    width, height, bank_images.created
  FROM bank_images JOIN datasets ON datasets.id = bank_images.dataset`

const NONE: readonly string[] = []

/** Synthetic images, a row an image; the pixels lie in the content files. */
export class Bank {
  readonly #connection: Connection
  readonly #insert
  readonly #insertSet
  readonly #dataset
  readonly #known
  readonly #byId
  readonly #list
  readonly #sets
  readonly #delete
  readonly #sweep
  readonly #users

  constructor(connection: Connection) {
    const source = { table: 'bank_images', key: ['id'] }
    const idRow = z.object({ id: z.int() })
    this.#connection = connection
    this.#insert = connection.command(
      `INSERT INTO bank_images (dataset, generator, class, source, parents, learned_set, variation, parameters, cost, terms, sha256, width, height, created)
       VALUES (:dataset, :generator, :class, :source, :parents, :learnedSet, :variation, :parameters, :cost, :terms, :sha256, :width, :height, :created)`,
    )
    this.#insertSet = connection.command(
      'INSERT INTO learned_sets (sha256, images) VALUES (:sha256, :images) ON CONFLICT DO NOTHING',
    )
    this.#dataset = connection.query({ table: 'datasets', key: ['id'] }, idRow, 'SELECT id FROM datasets WHERE name = :name')
    this.#known = connection.query(
      source,
      idRow,
      `SELECT id FROM bank_images WHERE dataset = :dataset AND generator = :generator AND source IS :source AND class = :class
         AND variation = :variation AND parents = :parents AND sha256 = :sha256`,
    )
    this.#byId = connection.query<BankRow>(source, bankRow, `${SELECT} WHERE bank_images.id = :id`)
    this.#list = connection.query<BankRow>(
      source,
      bankRow,
      `${SELECT} WHERE (:dataset IS NULL OR datasets.name = :dataset) AND (:generator IS NULL OR generator = :generator) ORDER BY bank_images.id`,
    )
    this.#sets = connection.query(
      { table: 'learned_sets', key: ['sha256'] },
      hashListRow,
      'SELECT sha256, images FROM learned_sets WHERE sha256 IN (SELECT value FROM json_each(:names))',
    )
    this.#delete = connection.command('DELETE FROM bank_images WHERE id = :id')
    this.#sweep = connection.command(
      'DELETE FROM learned_sets WHERE NOT EXISTS (SELECT 1 FROM bank_images WHERE learned_set = learned_sets.sha256)',
    )
    this.#users = connection.query(source, idRow, 'SELECT id FROM bank_images WHERE sha256 = :sha256 LIMIT 1')
  }

  /**
   * Adds images whose content files are there already, all or none; one that is there with the same parents is not added again. Returns the
   * ids of those that are new. Throws a LabError `usage` without such a dataset.
   */
  add(images: readonly Omit<BankImage, 'id' | 'created'>[]): number[] {
    return this.#connection.atomically(() => {
      const added: number[] = []
      const sets = new Map<readonly string[], string | null>()
      for (const { dataset: name, parents, trainedOn, parameters, ...image } of images) {
        const dataset = this.#dataset.get({ name })?.id
        if (dataset === undefined)
          throw new LabError('usage', `no dataset named ${name}; 'mri-lab data list' shows what there is`)
        const { cost: _, terms: __, width: ___, height: ____, ...identity } = image
        const key = { dataset, source: parents[0] ?? null, parents: JSON.stringify(parents) }
        if (this.#known.get({ ...key, ...identity }) !== undefined) continue
        if (!sets.has(trainedOn)) sets.set(trainedOn, this.#keep(trainedOn))
        const { id } = this.#insert.run({
          ...key,
          ...image,
          learnedSet: sets.get(trainedOn) ?? null,
          parameters: JSON.stringify(parameters),
          created: this.#connection.timestamp(),
        })
        added.push(id)
      }
      return added
    })
  }

  get(id: number): BankImage | null {
    const row = this.#byId.get({ id })
    return row === undefined ? null : this.#completed([row])[0]!
  }

  /** In the order in which they were added. Images of one model share their list `trainedOn`. */
  list({ dataset = undefined, generator = undefined }: BankFilter = {}): BankImage[] {
    return this.#connection.together(() =>
      this.#completed(this.#list.all({ dataset: dataset ?? null, generator: generator ?? null })),
    )
  }

  /**
   * Removes images, all or none, and returns the SHA-256 of the files that no image needs any more, for the caller to remove. Throws a
   * LabError `usage` naming one that is not there.
   */
  remove(ids: readonly number[]): string[] {
    return this.#connection.atomically(() => {
      const files = new Set<string>()
      for (const id of ids) {
        const row = this.#byId.get({ id })
        if (row === undefined) throw new LabError('usage', `no bank image ${id}; 'mri-lab synth list' shows what there is`)
        files.add(row.sha256)
        this.#delete.run({ id })
      }
      this.#sweep.run()
      return [...files].filter(sha256 => this.#users.get({ sha256 }) === undefined)
    })
  }

  #keep(list: readonly string[]): string | null {
    if (list.length === 0) return null
    const packed = packedList(list)
    this.#insertSet.run(packed)
    return packed.sha256
  }

  #completed(rows: readonly BankRow[]): BankImage[] {
    const names = [...new Set(rows.flatMap(({ learnedSet }) => learnedSet ?? []))]
    const sets = new Map(this.#sets.all({ names: JSON.stringify(names) }).map(({ sha256, images }) => [sha256, images]))
    return rows.map(({ learnedSet, ...row }) => {
      const trainedOn = learnedSet === null ? NONE : sets.get(learnedSet)
      if (trainedOn === undefined)
        throw this.#connection.damaged(
          { table: 'bank_images', key: ['id'] },
          row,
          'what its generator learned from is missing',
        )
      return { ...row, trainedOn }
    })
  }
}
