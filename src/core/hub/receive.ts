/** Brings the bytes of one file onto the disk, by HTTP ranges, over broken connections. */
import { constants, type FileHandle, open } from 'node:fs/promises'
import { LabError, reasonOf } from '../shared/errors.ts'
import { hubHeaders } from './linkedFile.ts'
import type { HubOptions } from './options.ts'
import { networkReason, refusal, unavailable } from './refusal.ts'
import { sha256Of } from './sha256Of.ts'

export interface Wanted {
  readonly url: string
  /** In bytes. */
  readonly size: number
  /** The file that grows; what it holds already is not asked for again. */
  readonly partial: string
  readonly byHand: string
}

/** Attempts in a row that bring nothing before it is given up. */
const ATTEMPTS = 5

/** The first byte of a body, and the body. */
interface Part {
  readonly start: number
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * When it returns, `partial` has `size` bytes, and they have reached the disk. Returns their SHA-256, read through the open file: another
 * process that downloads the same may rename it at any moment.
 * @throws LabError as `fetchHubFile`
 */
export async function receive(wanted: Wanted, options: HubOptions): Promise<string> {
  const { url, size, partial, byHand } = wanted
  const { wait, signal, onProgress } = options
  const file = await written(partial, () => open(partial, constants.O_RDWR | constants.O_CREAT, 0o600))
  try {
    let at = (await file.stat()).size
    if (at > size) {
      await written(partial, () => file.truncate(0))
      at = 0
    }
    onProgress?.(at, size)
    let furthest = at
    for (let fruitless = 0; at < size; ) {
      const attempt = stalling(options)
      try {
        const part = await ask(wanted, at, options, attempt.signal)
        at = part.start
        for await (const bytes of part.body) {
          attempt.alive()
          if (at + bytes.length > size) throw tooLong(wanted)
          await written(partial, () => writeAt(file, bytes, at))
          at += bytes.length
          onProgress?.(at, size)
        }
        if (at < size) throw new Error('the connection was closed early')
      } catch (cause) {
        const kept = `${at} of ${size} bytes are kept, and the same command goes on from there`
        if (signal?.aborted) throw new LabError('interrupted', `stopped; ${kept}`, { cause })
        if (cause instanceof LabError) throw cause
        fruitless = at > furthest ? 1 : fruitless + 1
        furthest = Math.max(furthest, at)
        if (fruitless >= ATTEMPTS)
          throw unavailable(`${url}: broken off ${ATTEMPTS} times (${networkReason(cause)}); ${kept}`, byHand, cause)
        await wait(1000 * 2 ** (fruitless - 1))
      } finally {
        attempt.end()
      }
    }
    await written(partial, () => file.sync())
    return await sha256Of(file.createReadStream({ start: 0, autoClose: false }))
  } finally {
    await file.close()
  }
}

/** Asks for the bytes from `from` on; a server that knows no ranges gives all of them. */
async function ask({ url, size, byHand }: Wanted, from: number, options: HubOptions, signal: AbortSignal): Promise<Part> {
  const { token } = options.access
  const range = from > 0 ? { range: `bytes=${from}-` } : {}
  // fetch drops `authorization` when a redirect leaves the hub's origin.
  const response = await options.fetch(url, { headers: { ...hubHeaders(token), ...range }, signal })
  const refused = response.ok ? null : refusal(response, url, token !== null, byHand)
  if (refused !== null || !response.ok || response.body === null) {
    await response.body?.cancel().catch(() => {})
    throw refused ?? new Error(`answered ${response.status}`)
  }
  if (response.status !== 206) return { start: 0, body: response.body }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
  if (Number(start) !== from || (total !== '*' && Number(total) !== size)) {
    await response.body.cancel().catch(() => {})
    throw new LabError('data', `${url}: answered with another range than bytes ${from} to ${size - 1}; try again later`)
  }
  return { start: from, body: response.body }
}

/** A signal that is given when nothing has come for as long as the patience lasts, or the user stops. */
function stalling({ patience, signal }: HubOptions): { signal: AbortSignal; alive: () => void; end: () => void } {
  const stalled = new AbortController()
  const give = () => stalled.abort(new Error(`nothing came for ${patience / 1000} s`))
  let timer = setTimeout(give, patience)
  return {
    signal: signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, signal]),
    alive: () => {
      clearTimeout(timer)
      timer = setTimeout(give, patience)
    },
    end: () => {
      clearTimeout(timer)
      stalled.abort()
    },
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
  }
}

function tooLong({ url, size }: Wanted): LabError {
  return new LabError('data', `${url}: more came than the ${size} bytes that the hub promised; try again later`)
}

async function written<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw new LabError('failed', `${path}: cannot be written: ${reasonOf(cause)}`, { cause })
  }
}
