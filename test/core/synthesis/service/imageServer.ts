/**
 * A local server that speaks OpenAI's protocol for images: /v1/images/edits and /v1/images/variations take a form with a PNG and answer with an image in base64. Faults are
 * given for the next requests, in order.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

export type Fault =
  /** An error answer, as OpenAI words it. */
  | { readonly status: number; readonly code?: string; readonly message?: string; readonly headers?: Record<string, string> }
  /** 200 with this body. */
  | { readonly body: string }
  /** 200 with these bytes as the image. */
  | { readonly image: Buffer }
  /** Milliseconds before the answer. */
  | { readonly slow: number }
  /** The connection is closed: before a byte of the answer, or after a part of it. */
  | { readonly cut: 'before' | 'within' }
  /** Headers and the beginning of a body, and then nothing more. */
  | { readonly stall: true }
  /** A body without end. */
  | { readonly endless: true }

export interface Seen {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly fields: Readonly<Record<string, string>>
  readonly fileName: string
  readonly fileType: string
  readonly file: Buffer
  /** Whether the whole answer left. */
  answered: boolean
}

export interface ImageServer {
  /** For OPENAI_BASE_URL. */
  readonly address: string
  readonly host: string
  readonly seen: Seen[]
  readonly faults: (Fault | null)[]
  /** Milliseconds that every answer takes. */
  pace: number
  /** Most requests that were under way at once. */
  readonly most: () => number
  /** Paths that are there; null for all. */
  paths: readonly string[] | null
  /** What every answer counts; null for a server that does not. */
  usage: object | null
  close(): Promise<void>
}

const USAGE = {
  input_tokens: 1124,
  input_tokens_details: { text_tokens: 100, image_tokens: 1024 },
  output_tokens: 171,
  total_tokens: 1295,
}

export async function imageServer(): Promise<ImageServer> {
  let underWay = 0
  let most = 0
  const server = createServer((request, response) => {
    underWay += 1
    most = Math.max(most, underWay)
    response.on('close', () => {
      underWay -= 1
    })
    void serve(request, response, one).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const one: ImageServer = {
    address: `http://${host}/v1`,
    host,
    seen: [],
    faults: [],
    pace: 0,
    most: () => most,
    paths: null,
    usage: USAGE,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return one
}

async function serve(request: IncomingMessage, response: ServerResponse, server: ImageServer): Promise<void> {
  const seen = await received(request)
  server.seen.push(seen)
  response.on('finish', () => {
    seen.answered = true
  })
  if (server.paths !== null && !server.paths.includes(seen.path)) return refuse(response, 404, 'not_found', 'Invalid URL')
  const fault = server.faults.shift() ?? null
  await new Promise(resolve => setTimeout(resolve, fault !== null && 'slow' in fault ? fault.slow : server.pace))
  if (fault === null || 'slow' in fault) return give(response, await answer(seen, server.usage))
  if ('status' in fault) return refuse(response, fault.status, fault.code ?? null, fault.message ?? 'no', fault.headers)
  if ('body' in fault) return give(response, fault.body)
  if ('image' in fault) return give(response, bodyOf(fault.image, server.usage))
  if ('cut' in fault && fault.cut === 'before') return void response.destroy()
  const body = await answer(seen, server.usage)
  response.writeHead(200, { 'content-type': 'application/json' })
  if ('endless' in fault) {
    const part = 'a'.repeat(1 << 20)
    const more = (): void => {
      while (!response.destroyed && response.write(part)) {}
    }
    response.on('drain', more)
    response.write('{"data":[{"b64_json":"')
    return more()
  }
  response.write(body.slice(0, body.length >> 1))
  if ('cut' in fault) setTimeout(() => response.destroy(), 20)
}

function give(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string | null,
  message: string,
  headers: Record<string, string> = {},
): void {
  const error = { message, type: 'invalid_request_error', param: null, code }
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }))
}

/** The image that came, darker by a quarter, as a PNG in colour with metadata, at the size that was asked for. */
async function answer({ file, fields }: Seen, usage: object | null): Promise<string> {
  const [width = 256, height = 256] = (fields.size ?? '').split('x').map(Number)
  const image = await sharp(file)
    .resize(width, height, { fit: 'fill' })
    .linear(0.75, 0)
    .toColourspace('srgb')
    .withMetadata()
    .png({ compressionLevel: 1 })
    .toBuffer()
  return bodyOf(image, usage)
}

function bodyOf(image: Buffer, usage: object | null): string {
  return JSON.stringify({
    created: 1,
    data: [{ b64_json: image.toString('base64') }],
    ...(usage && { usage }),
  })
}

async function received(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const type = request.headers['content-type'] ?? ''
  const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData()
  const fields: Record<string, string> = {}
  let file: File | null = null
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value
    else file = value
  }
  return {
    path: request.url ?? '',
    headers: request.headers,
    fields,
    fileName: file?.name ?? '',
    fileType: file?.type ?? '',
    file: Buffer.from((await file?.arrayBuffer()) ?? new ArrayBuffer(0)),
    answered: false,
  }
}
