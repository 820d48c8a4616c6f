import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'
import type { ContentFiles } from './files.ts'
import { referencedFiles } from './references.ts'

const integrityRows = z.array(z.object({ integrity_check: z.string() }))
const foreignKeyRows = z.array(z.object({ table: z.string(), rowid: z.number().nullable(), parent: z.string() }))

/** What is wrong with a database and its content files, one line each. */
export function checkDatabase(connection: Connection, files: ContentFiles, verify: boolean): string[] {
  const structure = faults(() => {
    const said = integrityRows.parse(connection.pragmaRows('integrity_check'))
    return said.map(row => row.integrity_check).filter(line => line !== 'ok')
  })
  const links = faults(() => {
    const broken = foreignKeyRows.parse(connection.pragmaRows('foreign_key_check'))
    return broken.map(({ table, rowid, parent }) => `table ${table}, row ${rowid ?? '?'} names a missing row of ${parent}`)
  })
  const content = faults(() => referencedFiles(connection).flatMap(sha256 => faults(() => missing(files, sha256, verify))))
  return [...structure, ...links, ...content]
}

function missing(files: ContentFiles, sha256: string, verify: boolean): string[] {
  if (verify) files.read(sha256, { verify })
  return files.has(sha256) ? [] : [`${files.pathOf(sha256)}: missing or empty`]
}

/** What is so damaged that it cannot even be asked is a finding too. */
function faults(find: () => string[]): string[] {
  try {
    return find()
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.kind === 'data') return [thrown.message]
    throw thrown
  }
}
