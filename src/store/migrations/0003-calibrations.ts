import type { Migration } from './migration.ts'

/**
 * How fast each layout (so many workers of so many threads) trains here: measured once, used by every study that starts later.
 * `setting` is what it was measured with (processor, cores, engine, versions, model, size, batch) as canonical JSON.
 */
export const calibrations: Migration = {
  version: 3,
  sql: `
    CREATE TABLE calibrations (
      setting TEXT NOT NULL CHECK (json_valid(setting)),
      workers INTEGER NOT NULL,
      threads INTEGER NOT NULL,
      images_per_second REAL NOT NULL,
      created TEXT NOT NULL,
      PRIMARY KEY (setting, workers, threads)
    ) STRICT;
  `,
}
