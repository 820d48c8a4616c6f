import type { Migration } from './migration.ts'

/** What people put on runs beside notes: words of their own, and a pin that keeps a run at the top of lists. */
export const runLabels: Migration = {
  version: 11,
  sql: `
    CREATE TABLE run_tags (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      tag TEXT NOT NULL,
      PRIMARY KEY (run, tag)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pinned_runs (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      created TEXT NOT NULL
    ) STRICT;
  `,
}
