import type { Migration } from './migration.ts'

/**
 * More metrics of a run's validation images, and what its kept weights measure on the test images.
 *
 * - `results.brier`, `ece`, `quadratic_weighted_kappa`: NULL where undefined, where the run diverged, and for runs of before.
 * - An evaluation is the one time that a study's finished runs were looked at on test: `runs` is a JSON array of their ids.
 * - `test_results`: a row a run, whichever study's evaluation measured it first. Its `loss` is a measured number (NULL is NaN), the ratios are NULL where
 *   undefined; `confusion` is an array of rows, `per_class` of objects, both in class order.
 * - `datasets.ordered`: 1 where the user gave the classes in their order.
 */
export const evaluations: Migration = {
  version: 7,
  sql: `
    ALTER TABLE results ADD COLUMN brier REAL;
    ALTER TABLE results ADD COLUMN ece REAL;
    ALTER TABLE results ADD COLUMN quadratic_weighted_kappa REAL;

    CREATE TABLE evaluations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      study INTEGER NOT NULL UNIQUE REFERENCES studies (id) ON DELETE CASCADE,
      runs TEXT NOT NULL CHECK (json_valid(runs)),
      engine TEXT NOT NULL,
      created TEXT NOT NULL
    ) STRICT;

    CREATE TABLE test_results (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      loss REAL,
      accuracy REAL NOT NULL,
      balanced_accuracy REAL,
      macro_f1 REAL,
      auc REAL,
      brier REAL,
      ece REAL,
      quadratic_weighted_kappa REAL,
      confusion TEXT NOT NULL CHECK (json_valid(confusion)),
      per_class TEXT NOT NULL CHECK (json_valid(per_class))
    ) STRICT;

    ALTER TABLE datasets ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0 CHECK (ordered IN (0, 1));
  `,
}
