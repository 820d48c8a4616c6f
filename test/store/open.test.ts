import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { migrate, schemaOf } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/index.ts'
import { finished } from './children/start.ts'
import { clock, labError, storeWithStudy, temporaryFolder, temporaryStore } from './laboratory.ts'

const write = { now: clock(), mode: 'write' } as const
const read = { now: clock(), mode: 'read' } as const
const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8)

describe('opening for reading', () => {
  it('answers null where nothing was stored, and leaves no file', () => {
    const folder = temporaryFolder()
    expect(openStore(join(folder, 'lab.db'), read)).toBeNull()
    expect(openStore(join(folder, 'missing', 'lab.db'), read)).toBeNull()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('answers null for an empty file and leaves it empty', () => {
    const path = join(temporaryFolder(), 'lab.db')
    fs.writeFileSync(path, '')
    expect(openStore(path, read)).toBeNull()
    expect(fs.statSync(path).size).toBe(0)
  })

  it('reads what is stored, refuses to write, and leaves nothing beside it', () => {
    const store = storeWithStudy()
    const reader = openStore(store.path, read)
    expect(reader?.studies.list().map(study => study.name)).toEqual(['first'])
    expect(() => reader?.studies.updateSpec('first', {})).toThrow(labError('failed', store.path))
    store.close()
    reader?.close()
    expect(fs.readdirSync(dirname(store.path))).toEqual(['lab.db'])
  })
})

describe('opening for writing', () => {
  it('makes the schema in an empty file, and opens it again as it is', () => {
    const path = join(temporaryFolder(), 'lab.db')
    fs.writeFileSync(path, '')
    const store = openStore(path, write)
    expect(store.studies.list()).toEqual([])
    expect(store.check()).toEqual([])
    store.close()
    const again = openStore(path, write)
    expect(again.datasets.list()).toEqual([])
    again.close()
  })

  it('sets WAL, STRICT tables and the version', () => {
    const store = temporaryStore()
    const database = new Database(store.path)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    const tables = database.prepare<[], { name: string; strict: number }>('PRAGMA table_list').all()
    expect(tables.filter(table => !table.name.startsWith('sqlite_') && table.strict !== 1)).toEqual([])
    database.close()
  })

  it('makes files 0600 and new folders 0700 whatever the umask', () => {
    for (const mask of [0, 0o077, 0o277]) {
      const folder = temporaryFolder()
      const before = process.umask(mask)
      try {
        const store = temporaryStore(join(folder, 'new', 'lab.db'))
        store.studies.list()
        const sha256 = store.files.write(Buffer.from('pixels'))
        for (const end of ['', '-wal', '-shm']) expect(modeOf(`${store.path}${end}`)).toBe('600')
        expect(modeOf(dirname(store.path))).toBe('700')
        expect(modeOf(store.files.folder)).toBe('700')
        expect(modeOf(store.files.pathOf(sha256))).toBe('600')
        store.close()
      } finally {
        process.umask(before)
      }
    }
  })

  it('lets processes make one database at the same moment', async () => {
    const path = join(temporaryFolder(), 'lab.db')
    const outputs = await Promise.all(Array.from({ length: 6 }, () => finished('opener.ts', path)))
    expect(outputs).toEqual(Array(6).fill(`${MIGRATIONS.length}\n`))
  })

  it('refuses a file that is no database, and leaves it alone', () => {
    const path = join(temporaryFolder(), 'lab.db')
    for (const content of ['hello', 'x'.repeat(10_000)]) {
      fs.writeFileSync(path, content)
      for (const options of [read, write]) {
        expect(() => openStore(path, options)).toThrow(labError('data', path, 'not a database', '--db'))
      }
      expect(fs.readFileSync(path, 'utf8')).toBe(content)
    }
    expect(fs.readdirSync(dirname(path))).toEqual(['lab.db'])
  })

  it("refuses another program's database, and leaves it alone", () => {
    const path = join(temporaryFolder(), 'lab.db')
    const other = new Database(path)
    other.exec('CREATE TABLE theirs (x)')
    other.close()
    const before = fs.readFileSync(path)
    expect(() => openStore(path, write)).toThrow(labError('data', path, 'another program'))
    expect(fs.readFileSync(path)).toEqual(before)
  })

  it('refuses a database newer than the program', () => {
    const path = temporaryStore().path
    const newer = new Database(path)
    newer.pragma('user_version = 99')
    newer.close()
    for (const options of [read, write]) {
      expect(() => openStore(path, options)).toThrow(labError('data', path, 'newer', '99', 'upgrade'))
    }
  })

  it('refuses a folder it cannot write to', () => {
    const folder = temporaryFolder()
    fs.writeFileSync(join(folder, 'file'), '')
    const inFile = join(folder, 'file', 'lab.db')
    expect(() => openStore(inFile, write)).toThrow(labError('failed', inFile, '--db'))
    expect(() => openStore(folder, write)).toThrow(labError('usage', folder, '--db'))
    asNobody(() => {
      const path = join(temporaryFolder(), 'lab.db')
      fs.chmodSync(dirname(path), 0o500)
      expect(() => openStore(path, write)).toThrow(labError('failed', path, 'permission denied', '--db'))
      fs.chmodSync(dirname(path), 0o700)
    })
    asNobody(() => {
      const path = join(temporaryFolder(), 'lab.db')
      openStore(path, write).close()
      fs.chmodSync(dirname(path), 0o500)
      expect(() => openStore(path, read)).toThrow(
        labError('failed', path, 'also writes to read', 'copy it with lab.db.files'),
      )
      fs.chmodSync(dirname(path), 0o700)
    })
  })
})

describe('migrating', () => {
  const path = 'lab.db'
  const first = { version: 1, sql: 'CREATE TABLE a (x INTEGER) STRICT' }
  const second = { version: 2, sql: 'ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO a VALUES (1, NULL)' }
  const broken = { version: 3, sql: 'INSERT INTO a VALUES (2, NULL); CREATE TABLE a (x)' }

  it('goes step by step, each once', () => {
    const database = new Database(':memory:')
    expect(schemaOf(database, path, [first])).toBe('empty')
    migrate(database, [first])
    expect(schemaOf(database, path, [first])).toBe('current')
    expect(schemaOf(database, path, [first, second])).toBe('older')
    migrate(database, [first, second])
    migrate(database, [first, second])
    expect(database.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: null }])
    expect(() => schemaOf(database, path, [first])).toThrow(labError('data', 'newer'))
  })

  it('brings images of before groups along, row for row', () => {
    const database = new Database(':memory:')
    migrate(database, MIGRATIONS.slice(0, 5))
    database.exec(`
      INSERT INTO datasets VALUES (1, 'old', 'f', '[]', 'parity', 0.2, 0.2, 1, 0, NULL, 'p', '[]', 'now');
      INSERT INTO images VALUES (1, 0, 'a-1', 'a', 0, 'train', NULL, 4, 3, 0, 'a.png'), (1, 1, 'b-1', 'b', 1, 'test', 'test', 4, 3, 12, 'b.png')`)
    migrate(database, MIGRATIONS.slice(0, 6))
    const same = { dataset: 1, group: null, width: 4, height: 3 }
    expect(database.prepare('SELECT * FROM images ORDER BY position').all()).toEqual([
      {
        ...same,
        position: 0,
        image: 'a-1',
        sha256: 'a',
        label: 0,
        part: 'train',
        source_part: null,
        offset: 0,
        origin: 'a.png',
      },
      {
        ...same,
        position: 1,
        image: 'b-1',
        sha256: 'b',
        label: 1,
        part: 'test',
        source_part: 'test',
        offset: 12,
        origin: 'b.png',
      },
    ])
    expect(database.pragma('foreign_key_check')).toEqual([])
    expect(database.prepare('SELECT groups, phantom FROM datasets').all()).toEqual([{ groups: null, phantom: 0 }])
  })

  it('leaves no trace of a step that fails', () => {
    const database = new Database(':memory:')
    expect(() => migrate(database, [first, second, broken])).toThrow('already exists')
    expect(database.pragma('user_version', { simple: true })).toBe(2)
    expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
  })
})

/** root may write anywhere: the test takes another user's rights for a while. */
function asNobody(act: () => void): void {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65534)
  try {
    act()
  } finally {
    if (root) process.seteuid?.(0)
  }
}
