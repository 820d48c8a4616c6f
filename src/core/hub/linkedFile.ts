/**
 * What the hub promises of a file. For a file kept in its large file storage, `HEAD .../resolve/...` answers with a redirect to the
 * storage and, beside it, the SHA-256 (`X-Linked-ETag`, the LFS oid) and the size (`X-Linked-Size`), as huggingface_hub's
 * `get_hf_file_metadata` reads them. A renamed repository redirects within the hub first.
 */
import { LabError } from '../shared/errors.ts'
import { type HubFile, hubUrl } from './hubFile.ts'
import type { HubOptions } from './options.ts'
import { networkReason, refusal, unavailable } from './refusal.ts'

export interface LinkedFile {
  /** Of the content, lower-case hex. */
  readonly sha256: string
  /** In bytes. */
  readonly size: number
  /** Where the content is asked for. */
  readonly url: string
}

const REDIRECTS = 5
const ATTEMPTS = 4

/** @throws LabError `unavailable` where the hub does not answer or refuses, `data` where it promises no SHA-256 */
export async function linkedFile(file: HubFile, byHand: string, options: HubOptions): Promise<LinkedFile> {
  const { access } = options
  let url = hubUrl(file, access.endpoint)
  if (access.offline) throw unavailable('HF_HUB_OFFLINE is set', byHand)
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await head(url, byHand, options)
    const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1]
    const size = Number(response.headers.get('x-linked-size') ?? Number.NaN)
    if (sha256 !== undefined && Number.isSafeInteger(size) && size > 0) return { sha256, size, url }
    const next = response.status >= 300 ? URL.parse(response.headers.get('location') ?? '', url) : null
    if (next?.origin !== new URL(url).origin) break
    url = next.href
  }
  throw new LabError('data', `${url}: the hub gives no SHA-256 for it (X-Linked-ETag); ${byHand}`)
}

async function head(url: string, byHand: string, options: HubOptions): Promise<Response> {
  const { access, fetch, wait, signal, patience } = options
  for (let attempt = 1; ; attempt++) {
    let response: Response
    try {
      response = await fetch(url, {
        method: 'HEAD',
        redirect: 'manual',
        headers: hubHeaders(access.token),
        signal: AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]),
      })
    } catch (cause) {
      if (signal?.aborted) throw new LabError('interrupted', 'stopped before the download began', { cause })
      throw unavailable(`${access.endpoint} cannot be reached (${networkReason(cause)})`, byHand, cause)
    }
    if (response.status < 400) return response
    const refused = refusal(response, url, access.token !== null, byHand)
    if (refused !== null) throw refused
    if (attempt === ATTEMPTS) throw unavailable(`${url}: answered ${response.status} ${ATTEMPTS} times`, byHand)
    await wait(1000 * 2 ** (attempt - 1))
  }
}

/** `identity`: a compressed answer has another length than the file. */
export function hubHeaders(token: string | null): Record<string, string> {
  return { 'accept-encoding': 'identity', ...(token === null ? {} : { authorization: `Bearer ${token}` }) }
}
