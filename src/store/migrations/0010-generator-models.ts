import type { Migration } from './migration.ts'

/**
 * Networks of generators that learn. `key` is a hash of everything that decides one; `sha256` names its content file: while `step` is less than `steps` a state of training to go on
 * from, then the weights. They go with their dataset.
 */
export const generatorModels: Migration = {
  version: 10,
  sql: `
    CREATE TABLE generator_models (
      key TEXT PRIMARY KEY,
      dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      generator TEXT NOT NULL,
      step INTEGER NOT NULL CHECK (step BETWEEN 0 AND steps),
      steps INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      created TEXT NOT NULL,
      changed TEXT NOT NULL
    ) STRICT;
  `,
}
