/** The database that a command works on, opened for as long as the work takes. */
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'

/** Reads from the database; `nothing` is the answer where there is none yet: reading makes no file. */
export async function readLab<T>(context: Context, nothing: T, work: (store: Store) => T | Promise<T>): Promise<T> {
  const { openStore } = await import('../store/index.ts')
  const store = openStore(context.settings.database, { now: context.now, mode: 'read' })
  if (store === null) return nothing
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

/** Changes the database, which is made where there is none. */
export async function changeLab<T>(context: Context, work: (store: Store) => T | Promise<T>): Promise<T> {
  const { openStore } = await import('../store/index.ts')
  const store = openStore(context.settings.database, { now: context.now, mode: 'write' })
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

/** Changes a database that is there: where none is, `missing` is thrown, and none is made. */
export async function changeExistingLab<T>(
  context: Context,
  missing: () => Error,
  work: (store: Store) => T | Promise<T>,
): Promise<T> {
  if (!(await readLab(context, false, () => true))) throw missing()
  return await changeLab(context, work)
}
