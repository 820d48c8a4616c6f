import type { Migration } from './migration.ts'

/**
 * What was asked of services, what it cost, and who agreed to it. Amounts are whole millionths of a USD.
 *
 * - A row of `service_requests` is written, with the most it may cost (`reserved`), before a request is sent. `outcome` and `charged` follow when it is settled; while they
 *   are NULL it is under way if the lock of its `holder` is held, and else nobody knows what became of it: `reserved` counts as spent either way.
 * - `wanted` says which image: `{"class","parents","variation"}`. `dataset` is a name, not a link: what was spent stays when a dataset goes.
 * - `answer` is an image that arrived, as the service encoded it, until the bank has it.
 * - `consents`: images of a dataset may go to a host. One that was taken back stays as a row with its time.
 */
export const services: Migration = {
  version: 9,
  sql: `
    CREATE TABLE service_requests (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      host TEXT NOT NULL,
      generator TEXT NOT NULL,
      dataset TEXT NOT NULL,
      wanted TEXT NOT NULL CHECK (json_valid(wanted)),
      tariff TEXT NOT NULL,
      reserved INTEGER NOT NULL CHECK (reserved >= 0),
      charged INTEGER CHECK (charged >= 0),
      outcome TEXT CHECK (outcome IN ('arrived', 'unusable', 'unknown', 'refused', 'failed')),
      reason TEXT,
      answer BLOB,
      holder TEXT NOT NULL,
      created TEXT NOT NULL,
      settled TEXT,
      CHECK ((outcome IS NULL) = (charged IS NULL))
    ) STRICT;
    CREATE INDEX service_requests_by_image ON service_requests (dataset, generator, wanted);
    CREATE INDEX service_requests_open ON service_requests (holder) WHERE outcome IS NULL OR answer IS NOT NULL;

    CREATE TABLE consents (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      host TEXT NOT NULL,
      sends TEXT NOT NULL,
      created TEXT NOT NULL,
      withdrawn TEXT
    ) STRICT;
    CREATE UNIQUE INDEX consents_in_force ON consents (dataset, host) WHERE withdrawn IS NULL;
  `,
}
