import type { Migration } from './migration.ts'

/** Where a finished run diverged: the first step, and its epoch, whose loss was not finite, and what may help. All three are NULL where none was. */
export const divergence: Migration = {
  version: 5,
  sql: `
    ALTER TABLE results ADD COLUMN diverged_step INTEGER;
    ALTER TABLE results ADD COLUMN diverged_epoch INTEGER;
    ALTER TABLE results ADD COLUMN diverged_hint TEXT;
  `,
}
