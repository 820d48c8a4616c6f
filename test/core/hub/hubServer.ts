/**
 * A local server that speaks the hub's protocol: `resolve` answers with what large file storage promises and redirects to a storage server on
 * an address of its own (another origin, as the real one), which gives ranges. Faults are switched on for the next answers.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Faults {
  /** The storage ignores Range and gives the whole file. */
  ignoreRange: boolean
  /** The storage closes the connection after so many bytes of a body, as often as numbers are given. */
  cutAfter: number[]
  /** The storage gives these bytes instead. */
  content: Buffer | null
  /** The storage sends so many bytes and then nothing more, as often as numbers are given. */
  stallAfter: number[]
  /** The hub's statuses for the next requests, before it answers. */
  statuses: number[]
  /** The storage answers a range other than the one asked for. */
  shiftRange: number
  /** The hub promises no SHA-256. */
  plain: boolean
}

export interface Seen {
  readonly server: 'hub' | 'storage'
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

export interface HubServer {
  readonly endpoint: string
  readonly faults: Faults
  readonly seen: Seen[]
}

export interface HubContent {
  /** By `owner/name` or `datasets/owner/name`, revision and path: `owner/name/resolve/main/model.safetensors`. */
  readonly files: Readonly<Record<string, Buffer>>
  /** Without it the hub answers 401. */
  readonly token?: string
  /** Paths that the hub redirects within itself, as for renamed repositories. */
  readonly renamed?: Readonly<Record<string, string>>
}

/** Both servers end with the test. */
export async function hubServer(content: HubContent): Promise<HubServer> {
  const seen: Seen[] = []
  const faults: Faults = {
    ignoreRange: false,
    cutAfter: [],
    content: null,
    stallAfter: [],
    statuses: [],
    shiftRange: 0,
    plain: false,
  }
  const note = (server: Seen['server'], { method = '', url = '', headers }: IncomingMessage) =>
    seen.push({ server, method, path: url, range: headers.range, authorization: headers.authorization })

  const storage = createServer((request, response) => {
    note('storage', request)
    const bytes = content.files[new URL(request.url!, 'http://x').searchParams.get('file') ?? '']
    if (bytes === undefined) return end(response, 404)
    if (request.headers.authorization !== undefined) return end(response, 400) // signed addresses refuse a second key
    give(request, response, faults.content ?? bytes, faults)
  })
  const storageAddress = await listen(storage)

  const hub = createServer((request, response) => {
    note('hub', request)
    const status = faults.statuses.shift()
    if (status !== undefined) return end(response, status)
    if (content.token !== undefined && request.headers.authorization !== `Bearer ${content.token}`)
      return end(response, 401, { 'x-error-code': 'RepoNotFound' })
    const path = decodeURIComponent(request.url!.slice(1))
    const renamed = content.renamed?.[path]
    if (renamed !== undefined) return end(response, 307, { location: `/${renamed}` })
    const bytes = content.files[path]
    if (bytes === undefined) return end(response, 404, { 'x-error-code': missing(path, content) })
    if (faults.plain) return end(response, 200, { etag: '"0123456789"', 'content-length': String(bytes.length) })
    end(response, 302, {
      'x-linked-etag': `"${createHash('sha256').update(bytes).digest('hex')}"`,
      'x-linked-size': String(bytes.length),
      'x-repo-commit': '0'.repeat(40),
      'accept-ranges': 'bytes',
      location: `${storageAddress}/get?file=${encodeURIComponent(path)}&signature=1`,
    })
  })
  return { endpoint: await listen(hub), faults, seen }
}

/** Answers as a web server does that knows ranges from a byte on. */
function give(request: IncomingMessage, response: ServerResponse, bytes: Buffer, faults: Faults): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN)
  const ranged = Number.isFinite(from) && !faults.ignoreRange
  const body = ranged ? bytes.subarray(from) : bytes
  const start = from + faults.shiftRange
  response.writeHead(ranged ? 206 : 200, {
    'content-length': body.length,
    etag: '"storage"',
    ...(ranged ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  })
  const cut = faults.cutAfter.shift()
  const stall = faults.stallAfter.shift()
  if (request.method === 'HEAD') response.end()
  else if (cut !== undefined) response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20))
  else if (stall !== undefined) response.write(body.subarray(0, stall))
  else response.end(body)
}

function missing(path: string, { files }: HubContent): string {
  const [repository, rest = ''] = path.split('/resolve/')
  const inRepository = Object.keys(files).filter(name => name.startsWith(`${repository}/resolve/`))
  if (inRepository.length === 0) return 'RepoNotFound'
  const revision = rest.split('/')[0]
  return inRepository.some(name => name.startsWith(`${repository}/resolve/${revision}/`))
    ? 'EntryNotFound'
    : 'RevisionNotFound'
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end()
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
