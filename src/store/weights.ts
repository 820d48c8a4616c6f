import { z } from 'zod'
import type { Colours, Layout } from '../core/models/weights/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'
import { jsonText } from './json.ts'

const colours = jsonText(z.tuple([z.number(), z.number(), z.number()]))
const source = z.union([
  z.object({ repo: z.string(), revision: z.string(), file: z.string(), licence: z.string() }),
  z.object({ path: z.string() }),
])

const weightsRow = z.object({
  name: z.string(),
  model: z.string(),
  layout: z.enum(['torchvision', 'timm', 'huggingface']),
  sha256: z.string(),
  size: z.int(),
  mean: colours,
  std: colours,
  source: jsonText(source),
  added: z.string(),
})

/** Pre-trained weights that are installed. */
export interface InstalledWeights {
  readonly name: string
  readonly model: string
  /** Whose names its tensors have. */
  readonly layout: Layout['name']
  /** Of the content file. */
  readonly sha256: string
  /** In bytes. */
  readonly size: number
  /** Of pixels from 0 to 1, by colour. */
  readonly mean: Colours
  readonly std: Colours
  /** A file of the Hugging Face hub, or of this machine. */
  readonly source:
    | { readonly repo: string; readonly revision: string; readonly file: string; readonly licence: string }
    | { readonly path: string }
  /** ISO 8601, UTC. */
  readonly added: string
}

const COLUMNS = 'name, model, layout, sha256, size, mean, std, source, created AS added'

/** Pre-trained weights, a row a file. */
export class Weights {
  readonly #connection: Connection
  readonly #insert
  readonly #byName
  readonly #all

  constructor(connection: Connection) {
    const from = { table: 'weights', key: ['name'] }
    this.#connection = connection
    this.#insert = connection.command(
      `INSERT INTO weights (name, model, layout, sha256, size, mean, std, source, created)
       VALUES (:name, :model, :layout, :sha256, :size, :mean, :std, :source, :created)`,
    )
    this.#byName = connection.query<InstalledWeights>(from, weightsRow, `SELECT ${COLUMNS} FROM weights WHERE name = :name`)
    this.#all = connection.query<InstalledWeights>(from, weightsRow, `SELECT ${COLUMNS} FROM weights ORDER BY id`)
  }

  /**
   * Adds weights whose content file is in the content files already, and returns their row; those of the same name, model, content and
   * normalising are returned as they are. Throws a LabError `usage` when the name stands for others.
   */
  add(weights: Omit<InstalledWeights, 'added'>): InstalledWeights {
    return this.#connection.atomically(() => {
      const { name, mean, std } = weights
      const known = this.get(name)
      if (known !== null) {
        const same = (['model', 'sha256'] as const).every(field => known[field] === weights[field])
        if (same && `${known.mean}/${known.std}` === `${mean}/${std}`) return known
        throw new LabError('usage', `other weights named ${name} are installed; give these a name of their own with --name`)
      }
      const added = this.#connection.timestamp()
      this.#insert.run({
        ...weights,
        mean: JSON.stringify(mean),
        std: JSON.stringify(std),
        source: JSON.stringify(weights.source),
        created: added,
      })
      return { ...weights, added }
    })
  }

  get(name: string): InstalledWeights | null {
    return this.#byName.get({ name }) ?? null
  }

  /** All of them, or a model's, in the order they were added. */
  list(model?: string): InstalledWeights[] {
    return this.#all.all().filter(one => model === undefined || one.model === model)
  }
}
