/** opener.ts DATABASE: opens the store for writing, and says its schema's version. */
import Database from 'better-sqlite3'
import { openStore } from '../../../src/store/index.ts'

const path = process.argv[2]!
const store = openStore(path, { now: () => new Date(), mode: 'write' })
store.close()
const database = new Database(path, { readonly: true })
console.log(database.pragma('user_version', { simple: true }))
database.close()
