/**
 * Downloads a file of the hub: resumed where an earlier attempt ended, checked against the SHA-256 that the hub promised, and seen under
 * its name only when it is whole. (`@huggingface/hub` 2.17 neither resumes a file on disk nor compares checksums.)
 */
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError, reasonOf } from '../shared/errors.ts'
import { makeFolders } from '../shared/makeFolders.ts'
import { type HubFile, hubUrl } from './hubFile.ts'
import { linkedFile } from './linkedFile.ts'
import type { HubOptions } from './options.ts'
import { receive } from './receive.ts'
import { sha256Of } from './sha256Of.ts'

export interface HubDownload extends HubFile {
  /** Where the file goes, by the SHA-256 of its content; its folder is made. */
  readonly target: (sha256: string) => string
  /** The size that is known beforehand, in bytes; a hub that says another is not believed. */
  readonly bytes?: number | null
  /** How the user goes on without the hub: the end of every error that says it is not available. */
  readonly byHand: string
}

export interface FetchedFile {
  readonly path: string
  readonly sha256: string
  /** In bytes. */
  readonly size: number
  /** Whether anything was downloaded; false where the file was there already. */
  readonly downloaded: boolean
}

type Whole = Omit<FetchedFile, 'downloaded'>

/**
 * A download that ends early leaves `.<sha256>.partial` beside the target, and the next one goes on from there. Two processes may
 * download one file at once: both write the same bytes to the same places.
 *
 * @throws LabError `unavailable`: no network, refused, or broken off; `data`: what came is not what was promised; `failed`: it cannot be
 *   written; `interrupted`
 */
export async function fetchHubFile(request: HubDownload, options: HubOptions): Promise<FetchedFile> {
  const { sha256, size, url } = await linkedFile(request, request.byHand, options)
  const source = hubUrl(request, options.access.endpoint)
  if (request.bytes != null && size !== request.bytes)
    throw new LabError('data', `${source}: the hub says ${size} bytes, and the pinned file has ${request.bytes}`)
  const path = request.target(sha256)
  const fetched = { path, sha256, size }
  if (await isThere(fetched)) return { ...fetched, downloaded: false }

  const folder = dirname(path)
  const partial = join(folder, `.${sha256}.partial`)
  await onDisk(folder, async () => makeFolders(folder, 0o700))
  const found = await receive({ url, size, partial, byHand: request.byHand }, options)
  if (found !== sha256) {
    await rm(partial, { force: true })
    const what = `what came has the SHA-256 ${found}, and the hub promised ${sha256}`
    throw new LabError('data', `${source}: ${what}; nothing was kept, try again`)
  }
  await onDisk(path, () => appear(partial, fetched))
  return { ...fetched, downloaded: true }
}

/** Another process that downloads the same file may have renamed it first; what lies in its place now may be a third one's beginning. */
async function appear(partial: string, wanted: Whole): Promise<void> {
  if (await isThere(wanted)) return
  try {
    await rename(partial, wanted.path)
  } catch (thrown) {
    if (!(await isThere(wanted))) throw thrown
  }
  if (process.platform === 'win32') return
  const folder = await open(dirname(wanted.path), 'r')
  await folder.sync().finally(() => folder.close())
}

async function isThere({ path, sha256, size }: Whole): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.size === size && (await sha256Of(createReadStream(path))) === sha256
}

async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw new LabError('failed', `${path}: ${reasonOf(cause)}`, { cause })
  }
}
