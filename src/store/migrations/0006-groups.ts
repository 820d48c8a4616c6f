import type { Migration } from './migration.ts'

/**
 * Groups of images, images that a split leaves out, drawn datasets, and what the last audit of a dataset found.
 *
 * - `images."group"`: images of one group share it; NULL where nothing tells it. A CHECK cannot be changed in place, so the table is made anew.
 * - `datasets.groups`: where the groups come from, as JSON; NULL for datasets of before.
 * - `audits.record`: the JSON of `data audit`.
 */
export const groups: Migration = {
  version: 6,
  sql: `
    CREATE TABLE images_with_groups (
      dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      image TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      label INTEGER NOT NULL,
      part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test', 'unused')),
      source_part TEXT CHECK (source_part IN ('train', 'validation', 'test')),
      "group" TEXT,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      "offset" INTEGER NOT NULL,
      origin TEXT NOT NULL,
      PRIMARY KEY (dataset, position),
      UNIQUE (dataset, image)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO images_with_groups
      SELECT dataset, position, image, sha256, label, part, source_part, NULL, width, height, "offset", origin FROM images;
    DROP TABLE images;
    ALTER TABLE images_with_groups RENAME TO images;

    ALTER TABLE datasets ADD COLUMN groups TEXT CHECK (json_valid(groups));
    ALTER TABLE datasets ADD COLUMN phantom INTEGER NOT NULL DEFAULT 0 CHECK (phantom IN (0, 1));

    CREATE TABLE audits (
      dataset INTEGER PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
      record TEXT NOT NULL CHECK (json_valid(record)),
      created TEXT NOT NULL
    ) STRICT;
  `,
}
