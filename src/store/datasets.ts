import { z } from 'zod'
import type { Dataset, DatasetImage, GroupRule, SplitSpec } from '../core/dataset/dataset.ts'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'
import { Images } from './images.ts'
import { type JsonObject, jsonObject, jsonText } from './json.ts'

const groupRule = z.discriminatedUnion('by', [
  z.object({ by: z.literal('column'), column: z.string() }),
  z.object({ by: z.literal('pattern'), pattern: z.string() }),
  z.object({ by: z.literal('duplicates'), threshold: z.number() }),
  z.object({ by: z.literal('phantom') }),
])

const datasetRow = z.object({
  id: z.int(),
  name: z.string(),
  fingerprint: z.string(),
  classes: jsonText(z.array(z.string())),
  split: z.enum(['parity', 'random', 'grouped']),
  validationFraction: z.number(),
  testFraction: z.number(),
  splitSeed: z.int(),
  simulatedLabels: z.int(),
  phantom: z.int(),
  ordered: z.int(),
  groups: jsonText(groupRule).nullable(),
  source: jsonText(z.object({ origin: z.string().exactOptional(), licence: z.string().exactOptional() })).nullable(),
  pixels: z.string(),
  rejected: jsonText(z.array(z.object({ path: z.string(), reason: z.string() }))),
  created: z.string(),
  images: z.int(),
})
type DatasetRow = z.infer<typeof datasetRow>

const SELECT = `
  SELECT id, name, fingerprint, classes, split, validation_fraction AS validationFraction, test_fraction AS testFraction,
    split_seed AS splitSeed, simulated_labels AS simulatedLabels, phantom, ordered, groups, source, pixels, rejected, created,
    (SELECT count(*) FROM images WHERE images.dataset = datasets.id) AS images
  FROM datasets`

/** A dataset in a list: what it is, without its images. */
export interface DatasetSummary {
  readonly name: string
  readonly fingerprint: string
  readonly split: SplitSpec
  readonly classes: readonly string[]
  readonly simulatedLabels: boolean
  /** Drawn by this program. */
  readonly phantom?: boolean
  /** Where its groups come from; left out for datasets of before groups were known. */
  readonly groups?: GroupRule
  /** How many images it has, all parts together. */
  readonly images: number
  /** ISO 8601, UTC. */
  readonly created: string
}

export class Datasets {
  readonly #connection: Connection
  readonly #images: Images
  readonly #insert
  readonly #byName
  readonly #all
  readonly #users
  readonly #delete
  readonly #pixelUsers
  readonly #bankImages
  readonly #keepAudit
  readonly #audit
  readonly #keepRule

  constructor(connection: Connection) {
    const source = { table: 'datasets', key: ['name'] }
    this.#connection = connection
    this.#images = new Images(connection)
    this.#insert = connection.command(
      `INSERT INTO datasets (name, fingerprint, classes, split, validation_fraction, test_fraction, split_seed,
         simulated_labels, phantom, ordered, groups, source, pixels, rejected, created)
       VALUES (:name, :fingerprint, :classes, :split, :validationFraction, :testFraction, :splitSeed,
         :simulatedLabels, :phantom, :ordered, :groups, :source, :pixels, :rejected, :created)`,
    )
    this.#byName = connection.query(source, datasetRow, `${SELECT} WHERE name = :name`)
    this.#all = connection.query(source, datasetRow, `${SELECT} ORDER BY id`)
    this.#users = connection.query(
      { table: 'studies', key: ['name'] },
      z.object({ name: z.string() }),
      'SELECT name FROM studies WHERE dataset = :id ORDER BY id',
    )
    this.#delete = connection.command('DELETE FROM datasets WHERE id = :id')
    this.#keepAudit = connection.command(
      `INSERT INTO audits (dataset, record, created) VALUES (:id, :record, :created)
       ON CONFLICT (dataset) DO UPDATE SET record = excluded.record, created = excluded.created`,
    )
    this.#audit = connection.query(
      { table: 'audits', key: ['created'] },
      z.object({ record: jsonObject, created: z.string() }),
      'SELECT record, audits.created FROM audits JOIN datasets ON datasets.id = audits.dataset WHERE name = :name',
    )
    this.#keepRule = connection.command('UPDATE datasets SET groups = :groups WHERE id = :id')
    this.#pixelUsers = connection.query(
      source,
      z.object({ name: z.string() }),
      'SELECT name FROM datasets WHERE pixels = :pixels LIMIT 1',
    )
    this.#bankImages = connection.query(
      { table: 'bank_images', key: ['id'] },
      z.object({ count: z.int() }),
      'SELECT count(*) AS count FROM bank_images WHERE dataset = :id',
    )
  }

  /**
   * Adds a dataset with its images, all or nothing. Its pixel file must be in the content files already.
   * Throws a LabError `usage` when the name is taken.
   */
  add(dataset: Dataset): void {
    const { name, fingerprint, split, pixels } = dataset
    this.#connection.atomically(() => {
      if (this.#byName.get({ name }) !== undefined) {
        throw new LabError('usage', `a dataset named ${name} exists; choose another name, or remove it first`)
      }
      const { id } = this.#insert.run({
        name,
        fingerprint,
        classes: JSON.stringify(dataset.classes),
        split: split.kind,
        validationFraction: split.validationFraction,
        testFraction: split.testFraction,
        splitSeed: split.seed,
        simulatedLabels: dataset.simulatedLabels ? 1 : 0,
        phantom: dataset.phantom ? 1 : 0,
        ordered: dataset.orderedClasses ? 1 : 0,
        groups: dataset.groups === undefined ? null : JSON.stringify(dataset.groups),
        source: dataset.source === undefined ? null : JSON.stringify(dataset.source),
        pixels,
        rejected: JSON.stringify(dataset.rejected),
        created: this.#connection.timestamp(),
      })
      this.#images.insert(id, dataset.images)
    })
  }

  /** The dataset with its images, or null. */
  get(name: string): Dataset | null {
    return this.#connection.together(() => {
      const row = this.#byName.get({ name })
      if (row === undefined) return null
      const { fingerprint, classes, pixels, rejected } = row
      const images = this.#images.of(row.id)
      const simulatedLabels = row.simulatedLabels === 1
      return {
        ...{ name, fingerprint, classes, split: splitOf(row), simulatedLabels, pixels, images, rejected },
        ...(row.phantom === 1 ? { phantom: true } : {}),
        ...(row.ordered === 1 ? { orderedClasses: true } : {}),
        ...(row.groups === null ? {} : { groups: row.groups }),
        ...(row.source === null ? {} : { source: row.source }),
      }
    })
  }

  /** Every dataset, in the order they were added. */
  list(): DatasetSummary[] {
    return this.#all.all().map(row => {
      const { name, fingerprint, classes, groups, images, created } = row
      return {
        ...{ name, fingerprint, split: splitOf(row), classes, simulatedLabels: row.simulatedLabels === 1, images, created },
        ...(row.phantom === 1 ? { phantom: true } : {}),
        ...(groups === null ? {} : { groups }),
      }
    })
  }

  /** The images of a dataset in source order. Throws a LabError `usage` when there is no such dataset. */
  imagesOf(name: string): DatasetImage[] {
    return this.#connection.together(() => this.#images.of(this.#existing(name).id))
  }

  /**
   * Keeps what an audit found, in place of an earlier audit's, and the groups it made where the dataset had none (`names` by image, in source
   * order). Throws a LabError `usage` when there is no such dataset.
   */
  keepAudit(
    name: string,
    record: object,
    groups: { readonly rule: GroupRule; readonly names: readonly string[] } | null = null,
  ): void {
    this.#connection.atomically(() => {
      const row = this.#existing(name)
      const { id } = row
      this.#keepAudit.run({ id, record: JSON.stringify(record), created: this.#connection.timestamp() })
      if (groups === null || row.groups !== null) return
      this.#keepRule.run({ id, groups: JSON.stringify(groups.rule) })
      this.#images.setGroups(id, groups.names)
    })
  }

  /** What the last audit of a dataset found, and when (ISO 8601, UTC); null before the first. */
  audit(name: string): { readonly record: JsonObject; readonly created: string } | null {
    return this.#audit.get({ name }) ?? null
  }

  /**
   * Removes a dataset with its images. Throws a LabError `usage` when there is none of this name, or while studies use it or the bank has images made from it.
   * Returns the SHA-256 of its pixel file where no other dataset has the same, for the caller to remove; else null.
   */
  remove(name: string): string | null {
    return this.#connection.atomically(() => {
      const { id, pixels } = this.#existing(name)
      const studies = this.#users.all({ id }).map(study => study.name)
      if (studies.length > 0) {
        const which = `${studies.length === 1 ? 'study' : 'studies'} ${studies.join(', ')}`
        throw new LabError(
          'usage',
          `dataset ${name} is used by the ${which} and stays; 'mri-lab studies remove NAME' forgets a study with its runs`,
        )
      }
      const { count } = this.#bankImages.get({ id })!
      if (count > 0) {
        throw new LabError(
          'usage',
          `dataset ${name} has ${count} synthetic images; keep them with 'mri-lab synth export DIR --dataset ${name}', ` +
            `then 'mri-lab synth remove --dataset ${name}' and remove it again`,
        )
      }
      this.#delete.run({ id })
      return this.#pixelUsers.get({ pixels }) === undefined ? pixels : null
    })
  }

  #existing(name: string): DatasetRow {
    const row = this.#byName.get({ name })
    if (row === undefined) throw new LabError('usage', `no dataset named ${name}; 'mri-lab data list' shows what there is`)
    return row
  }
}

function splitOf(row: DatasetRow): SplitSpec {
  const { split, validationFraction, testFraction, splitSeed } = row
  return { kind: split, validationFraction, testFraction, seed: splitSeed }
}
