/**
 * Compiled graphs kept between processes: a lowered model as onnxruntime has optimised it, which is most of what compiling takes. Entries are named by
 * their content (the lowered model and all that decides what becomes of it), so none is ever out of date; a damaged one is made anew.
 */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { InferenceSession } from 'onnxruntime-node'
import { makeFolders } from '../../shared/makeFolders.ts'

/** Entries beyond this number go, the oldest first. */
const MOST = 64
/** Bytes of the SHA-256 that an entry begins with. */
const CHECKSUM = 32
/** Makes names of unfinished entries differ within a thread. */
let drafts = 0

/** A session of a lowered model; `folder` holds the kept ones, null keeps none. Whatever is wrong with the folder, the session is made. */
export async function openSession(
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  folder: string | null,
  runtime: string,
): Promise<InferenceSession> {
  if (folder === null) return InferenceSession.create(model, options)
  const { executionProviders, graphOptimizationLevel } = options
  const fixed = JSON.stringify([runtime, process.platform, process.arch, executionProviders, graphOptimizationLevel])
  const entry = join(folder, `${hash('sha256', fixed + hash('sha256', model, 'hex'), 'hex')}.onnx`)
  const kept = readEntry(entry)
  if (kept !== null) {
    try {
      return await InferenceSession.create(kept, { ...options, graphOptimizationLevel: 'disabled' })
    } catch {
      rmSync(entry, { force: true }) // whole, but not to this onnxruntime's liking
    }
  }
  return createAndKeep(model, options, entry, folder)
}

async function createAndKeep(
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  entry: string,
  folder: string,
): Promise<InferenceSession> {
  const draft = `${entry}.${process.pid}.${threadId}.${drafts++}`
  try {
    makeFolders(folder, 0o700)
    const session = await InferenceSession.create(model, { ...options, optimizedModelFilePath: draft })
    writeEntry(entry, draft)
    prune(folder)
    return session
  } catch {
    return await InferenceSession.create(model, options) // no place to write to, or a model that is refused in any case
  }
}

/** Null where there is none, or it is not what was written. */
function readEntry(entry: string): Uint8Array | null {
  try {
    const bytes = readFileSync(entry)
    const model = bytes.subarray(CHECKSUM)
    return hash('sha256', model, 'buffer').equals(bytes.subarray(0, CHECKSUM)) ? model : null
  } catch {
    return null
  }
}

/** Under its name only when it is whole: other threads and processes look for it meanwhile. */
function writeEntry(entry: string, draft: string): void {
  const model = readFileSync(draft)
  writeFileSync(draft, Buffer.concat([hash('sha256', model, 'buffer'), model]), { mode: 0o600 })
  renameSync(draft, entry)
}

/** Drafts that a killed process left behind count as entries. */
function prune(folder: string): void {
  const entries = readdirSync(folder)
  if (entries.length <= MOST) return
  const aged = entries.map(name => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
  for (const { path } of aged.toSorted((a, b) => b.time - a.time).slice(MOST)) rmSync(path, { force: true })
}
