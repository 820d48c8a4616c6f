import { z } from 'zod'
import type { Connection } from './connection.ts'

/** The SHA-256 of every content file that a dataset (pixels), a run, pre-training (weights), the bank or a generator's model needs, each once. */
export function referencedFiles(connection: Connection): string[] {
  const query = connection.query(
    { table: 'results', key: ['sha256'] },
    z.object({ sha256: z.string() }),
    `SELECT pixels AS sha256 FROM datasets UNION SELECT weights FROM results UNION SELECT sha256 FROM weights UNION SELECT sha256 FROM bank_images
     UNION SELECT sha256 FROM generator_models ORDER BY sha256`,
  )
  return query.all().map(row => row.sha256)
}
