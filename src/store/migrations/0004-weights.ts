import type { Migration } from './migration.ts'

/**
 * Pre-trained weights that studies may start from. `sha256` names their content file; `source` says where they came from, `mean` and `std`
 * are three numbers each, of pixels from 0 to 1.
 */
export const weights: Migration = {
  version: 4,
  sql: `
    CREATE TABLE weights (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      model TEXT NOT NULL,
      layout TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      size INTEGER NOT NULL,
      mean TEXT NOT NULL CHECK (json_valid(mean)),
      std TEXT NOT NULL CHECK (json_valid(std)),
      source TEXT NOT NULL CHECK (json_valid(source)),
      created TEXT NOT NULL
    ) STRICT;
    CREATE INDEX weights_by_model ON weights (model);
  `,
}
