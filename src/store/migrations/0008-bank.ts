import type { Migration } from './migration.ts'

/**
 * The bank: synthetic images with where they came from, and what is to be said of runs.
 *
 * - `bank_images.sha256` names the content file with the pixels; `parents` is a JSON list of content hashes, the source first, which `source`
 *   repeats for looking up (NULL where nobody knows the parents).
 * - `learned_sets`: the images a generator learned from, as deflated JSON under the SHA-256 of its text: a thousand images of one model share it.
 * - A dataset is not removed while the bank has images of it.
 * - `run_marks`: what every table that a finished run is in must say.
 */
export const bank: Migration = {
  version: 8,
  sql: `
    CREATE TABLE learned_sets (
      sha256 TEXT PRIMARY KEY,
      images BLOB NOT NULL
    ) STRICT;

    CREATE TABLE bank_images (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset INTEGER NOT NULL REFERENCES datasets (id),
      generator TEXT NOT NULL,
      class TEXT NOT NULL,
      source TEXT,
      parents TEXT NOT NULL CHECK (json_valid(parents)),
      learned_set TEXT REFERENCES learned_sets (sha256),
      variation INTEGER NOT NULL,
      parameters TEXT NOT NULL CHECK (json_valid(parameters)),
      cost REAL NOT NULL,
      terms TEXT,
      sha256 TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      created TEXT NOT NULL
    ) STRICT;
    CREATE INDEX bank_images_by_source ON bank_images (dataset, generator, source);
    CREATE INDEX bank_images_by_file ON bank_images (sha256);
    CREATE INDEX bank_images_by_learned_set ON bank_images (learned_set);

    CREATE TABLE run_marks (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      mark TEXT NOT NULL,
      PRIMARY KEY (run, mark)
    ) STRICT, WITHOUT ROWID;
  `,
}
