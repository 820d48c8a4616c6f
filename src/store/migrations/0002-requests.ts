import type { Migration } from './migration.ts'

/**
 * What people ask of the runner, and where each study stands.
 *
 * - `studies.state`: `active` studies are trained while they have queued runs; `paused` and `stopped` ones wait. `error` is why the runner
 *   itself stopped one.
 * - A request is applied once; `applied` is when, `study` NULL means the one in work.
 */
export const requests: Migration = {
  version: 2,
  sql: `
    ALTER TABLE studies ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'stopped'));
    ALTER TABLE studies ADD COLUMN error TEXT;

    CREATE TABLE requests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'retry')),
      study INTEGER REFERENCES studies (id) ON DELETE CASCADE,
      runs TEXT CHECK (json_valid(runs)),
      created TEXT NOT NULL,
      applied TEXT
    ) STRICT;
    CREATE INDEX requests_open ON requests (id) WHERE applied IS NULL;
  `,
}
