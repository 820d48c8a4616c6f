/** Makes a lab large: the finished runs of a small study copied in its database, with losses of their own, until it has as many as asked for. */
import Database from 'better-sqlite3'

/** What a run has beside its own row, with the columns that are copied as they are. */
const PARTS = ['results', 'epochs', 'confusion', 'class_scores', 'provenance', 'training'] as const

/** @param db of a lab whose study has finished runs; @param count of runs that it has afterwards */
export function manyRuns(db: string, study: string, count: number): void {
  const database = new Database(db)
  try {
    database.transaction(() => copyRuns(database, study, count))()
    database.exec('ANALYZE')
  } finally {
    database.close()
  }
}

function copyRuns(database: Database.Database, study: string, count: number): void {
  const runs = database
    .prepare<[string], { run: number; study: number }>(
      'SELECT run, study FROM study_runs WHERE study = (SELECT id FROM studies WHERE name = ?) ORDER BY position',
    )
    .all(study)
  const addRun = database.prepare(
    `INSERT INTO runs (key, study, model, policy, scenario, "index", seed, status, engine, created, finished)
     SELECT key || '-' || ?, study, model, policy, scenario, ?, seed, status, engine, created, finished FROM runs WHERE id = ?`,
  )
  const addUse = database.prepare('INSERT INTO study_runs (study, position, run) VALUES (?, ?, ?)')
  const addParts = PARTS.map(table => {
    const columns = database
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table) as unknown as string[]
    const own = columns.filter(name => name !== 'run')
    return database.prepare(`INSERT INTO ${table} (run, ${own}) SELECT ?, ${own} FROM ${table} WHERE run = ?`)
  })
  const shift = database.prepare('UPDATE results SET validation_loss = validation_loss + ? WHERE run = ?')
  const perCell = Math.ceil(count / runs.length)
  for (let position = runs.length; position < count; position++) {
    const from = runs[position % runs.length]!
    const index = Math.floor(position / runs.length) + 1000
    const run = addRun.run(index, index, from.run).lastInsertRowid
    addUse.run(from.study, position, run)
    for (const add of addParts) add.run(run, from.run)
    shift.run(((position * 7919) % 1000) / 5000, run)
  }
  database.prepare("UPDATE studies SET spec = json_set(spec, '$.runs', ?) WHERE name = ?").run(perCell, study)
}
