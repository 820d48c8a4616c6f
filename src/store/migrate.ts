/**
 * Brings a database to this program's schema, one immediate transaction a step, by `user_version`. `application_id` tells
 * our databases from other programs': theirs are refused before anything is written to them.
 */
import type Database from 'better-sqlite3'
import { LabError } from '../core/shared/errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'

/** `MRIL`, in the header of every database of this program. */
const APPLICATION_ID = 0x4d52494c

/** What lies in a database file, seen from this program. */
export type Schema = 'empty' | 'older' | 'current'

/** Looks, without writing. Throws a LabError `data` for another program's database and for one newer than this program. */
export function schemaOf(database: Database.Database, path: string, migrations = MIGRATIONS): Schema {
  const version = numberOf(database, 'user_version')
  const application = numberOf(database, 'application_id')
  if (application === 0 && version === 0 && numberOf(database, 'schema_version') === 0) return 'empty'
  if (application !== APPLICATION_ID) {
    throw new LabError('data', `${path}: a database of another program; name another file with --db`)
  }
  const known = latest(migrations)
  if (version > known) {
    const versions = `its schema is version ${version}, this program knows up to ${known}`
    throw new LabError(
      'data',
      `${path}: written by a newer mri-lab (${versions}); upgrade mri-lab, or name another file with --db`,
    )
  }
  return version < known ? 'older' : 'current'
}

/** Applies every step the database lacks; several processes may do so at once. A step that throws leaves no trace. */
export function migrate(database: Database.Database, migrations: readonly Migration[] = MIGRATIONS): void {
  for (const { version, sql } of migrations) {
    const apply = database.transaction(() => {
      if (numberOf(database, 'user_version') >= version) return
      database.exec(sql)
      database.pragma(`application_id = ${APPLICATION_ID}`)
      database.pragma(`user_version = ${version}`)
    })
    apply.immediate()
  }
}

function latest(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

function numberOf(database: Database.Database, pragma: string): number {
  return Number(database.pragma(pragma, { simple: true }))
}
