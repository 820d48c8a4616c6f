import { z } from 'zod'
import { type DatasetImage, PARTS } from '../core/dataset/dataset.ts'
import type { Connection } from './connection.ts'

const imageRow = z.object({
  id: z.string(),
  sha256: z.string(),
  label: z.int().nonnegative(),
  part: z.enum([...PARTS, 'unused']),
  sourcePart: z.enum(PARTS).nullable(),
  group: z.string().nullable(),
  width: z.int().positive(),
  height: z.int().positive(),
  offset: z.int().nonnegative(),
  origin: z.string(),
})

type ImageRow = z.infer<typeof imageRow>

/** The images of datasets, in source order; `dataset` is a row id of `datasets`. */
export class Images {
  readonly #insert
  readonly #ofDataset
  readonly #setGroup

  constructor(connection: Connection) {
    this.#insert = connection.command(
      `INSERT INTO images (dataset, position, image, sha256, label, part, source_part, "group", width, height, "offset", origin)
       VALUES (:dataset, :position, :id, :sha256, :label, :part, :sourcePart, :group, :width, :height, :offset, :origin)`,
    )
    this.#setGroup = connection.command(
      'UPDATE images SET "group" = :group WHERE dataset = :dataset AND position = :position',
    )
    this.#ofDataset = connection.query<ImageRow>(
      { table: 'images', key: ['id'] },
      imageRow,
      `SELECT image AS id, sha256, label, part, source_part AS sourcePart, "group", width, height, "offset", origin
       FROM images WHERE dataset = :dataset ORDER BY position`,
    )
  }

  /** By position, in source order. */
  setGroups(dataset: number, names: readonly string[]): void {
    for (const [position, group] of names.entries()) this.#setGroup.run({ dataset, position, group })
  }

  insert(dataset: number, images: readonly DatasetImage[]): void {
    for (const [position, image] of images.entries()) {
      const { id, sha256, label, part, sourcePart, group = null, width, height, offset, origin } = image
      this.#insert.run({ dataset, position, id, sha256, label, part, sourcePart, group, width, height, offset, origin })
    }
  }

  of(dataset: number): DatasetImage[] {
    return this.#ofDataset.all({ dataset }).map(({ group, ...image }) => (group === null ? image : { ...image, group }))
  }
}
