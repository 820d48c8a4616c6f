/**
 * One request to a service that speaks OpenAI's protocol for images, by the `openai` package without its own retries, and what became of it.
 * Nothing that is thrown holds the key, or anything of the request.
 */
import type OpenAI from 'openai'
import { z } from 'zod'
import { messageOf } from '../../shared/errors.ts'
import type { ServiceAccess } from './access.ts'
import { ServiceFault } from './fault.ts'
import { askedDelay } from './patience.ts'
import type { Usage } from './prices.ts'

/** Bytes of an answer that are read at most. */
const LONGEST_ANSWER = 64 * 1024 * 1024
/** Of a service's message, in what is told. */
const LONGEST_MESSAGE = 200

/** Codes of systems and of undici for a connection that never was. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']
/** A gateway that gave up on whoever does the work, which may go on. */
const GAVE_UP = [408, 504, 524]
const CONTENT_RULES = ['moderation_blocked', 'content_policy_violation', 'image_content_policy_violation']
const NO_CREDIT = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active']

export interface ServiceAnswer {
  /** The image file, as the service encoded it. */
  readonly image: Uint8Array
  readonly usage: Usage | null
}

export interface OpenaiRequests {
  /**
   * Sends one request with an image. `seconds`: the longest it may take, to the answer's last byte.
   * @throws ServiceFault for everything that goes wrong
   */
  ask(send: (images: OpenAI['images'], file: File) => Sent, png: Uint8Array, seconds: number): Promise<ServiceAnswer>
}

/** What the package's calls return. */
export interface Sent {
  asResponse(): Promise<Response>
}

/** How the world is reached. */
export interface ClientEffects {
  readonly fetch: typeof fetch
  readonly now: () => number
}

/** @param access with its key */
export async function openaiRequests(
  { baseUrl, key, host }: ServiceAccess & { readonly key: string },
  { fetch, now }: ClientEffects,
): Promise<OpenaiRequests> {
  const { default: OpenAI, toFile } = await import('openai')
  const redacted = (text: string): string => text.replaceAll(key, '[key]')
  return {
    async ask(send, png, seconds) {
      const late = AbortSignal.timeout(seconds * 1000)
      const client = new OpenAI({
        apiKey: key,
        baseURL: baseUrl,
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        maxRetries: 0,
        timeout: seconds * 1000,
        logLevel: 'off',
        fetch: boundedFetch(fetch, late),
        defaultHeaders: NO_TELEMETRY,
      })
      try {
        const file = await toFile(png, 'image.png', { type: 'image/png' })
        const response = await send(client.images, file).asResponse()
        // A redirect is not followed: consent was given for this host.
        if (!response.ok) throw new ServiceFault('fatal', `${host} answered ${response.status}, which is no image`)
        return readAnswer(await response.text())
      } catch (thrown) {
        if (thrown instanceof ServiceFault) throw thrown
        const fault = faultOf(thrown, { host, seconds, late: late.aborted, now: now() })
        throw new ServiceFault(fault.kind, redacted(fault.message), fault)
      }
    },
  }
}

/** The package would tell the service of this machine's system, processor and runtime. */
const NO_TELEMETRY = Object.fromEntries(
  ['Lang', 'Package-Version', 'OS', 'Arch', 'Runtime', 'Runtime-Version', 'Retry-Count', 'Timeout'].map(name => [
    `X-Stainless-${name}`,
    null,
  ]),
)

/** Ends an answer that takes or holds too much, and follows no redirect. */
function boundedFetch(fetch: typeof globalThis.fetch, late: AbortSignal): typeof globalThis.fetch {
  const bounded: typeof globalThis.fetch = async (url, init) => {
    const signals = [late, ...(init?.signal ? [init.signal] : [])]
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) })
    let left = LONGEST_ANSWER
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          left -= chunk.length
          if (left >= 0) controller.enqueue(chunk)
          else controller.error(new ServiceFault('unusable', `the answer is longer than ${LONGEST_ANSWER >> 20} MiB`))
        },
      }),
    )
    const { status, statusText, headers } = response
    return new Response(body ?? null, { status, statusText, headers })
  }
  // The package asks for it, and would else make a request of its own to find out.
  return Object.assign(bounded, { Response })
}

const answerSchema = z.object({
  data: z.array(z.object({ b64_json: z.string().nullish(), url: z.string().nullish() })),
  usage: z
    .object({
      input_tokens_details: z.object({ text_tokens: z.int().nonnegative(), image_tokens: z.int().nonnegative() }),
      output_tokens: z.int().nonnegative(),
    })
    .nullish()
    .catch(null),
})

/** @throws ServiceFault `unusable` for what is no answer with an image */
function readAnswer(text: string): ServiceAnswer {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ServiceFault('unusable', 'the answer is no JSON')
  }
  const parsed = answerSchema.safeParse(json)
  const [first] = parsed.data?.data ?? []
  if (!parsed.success || first === undefined) throw new ServiceFault('unusable', 'the answer holds no image')
  if (!first.b64_json)
    throw new ServiceFault(
      'unusable',
      `the answer holds ${first.url ? 'the address of an image, not the image' : 'no image'}`,
    )
  const image = Buffer.from(first.b64_json, 'base64')
  if (image.length === 0) throw new ServiceFault('unusable', 'the answer holds no image')
  const counted = parsed.data?.usage
  return {
    image,
    usage: counted
      ? {
          text: counted.input_tokens_details.text_tokens,
          image: counted.input_tokens_details.image_tokens,
          output: counted.output_tokens,
        }
      : null,
  }
}

interface Circumstances {
  readonly host: string
  readonly seconds: number
  /** Whether the time was over. */
  readonly late: boolean
  readonly now: number
}

/** What the package or fetch threw, judged. */
function faultOf(thrown: unknown, { host, seconds, late, now }: Circumstances): ServiceFault {
  const status = numberIn(thrown, 'status')
  if (status !== null) return faultOfStatus(status, thrown, host, now)
  const codes = causes(thrown)
  const inside = codes.find(one => one instanceof ServiceFault)
  if (inside instanceof ServiceFault) return inside
  const code = codes.map(one => textIn(one, 'code')).find(one => one !== null) ?? null
  if (late) return new ServiceFault('unknown', `${host} did not answer within ${seconds} s`)
  if (code !== null && NEVER_SENT.includes(code))
    return new ServiceFault('unreachable', `${host} cannot be reached (${code})`)
  if (code !== null && /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL/.test(code))
    return new ServiceFault('fatal', `${host} cannot prove who it is (${code})`)
  // A port that fetch connects to for nobody.
  if (codes.some(one => messageOf(one) === 'bad port'))
    return new ServiceFault('fatal', `${host} cannot be reached: the port is one that fetch refuses`)
  return new ServiceFault('unknown', `the connection to ${host} broke off (${code ?? shortened(messageOf(thrown))})`)
}

function faultOfStatus(status: number, thrown: unknown, host: string, now: number): ServiceFault {
  const code = textIn(thrown, 'code') ?? textIn(thrown, 'type') ?? ''
  const said = shortened(messageOf(thrown))
  if (CONTENT_RULES.includes(code))
    return new ServiceFault('refused', `refused by the service's rules for content (${said})`)
  if (NO_CREDIT.includes(code) || status === 402)
    return new ServiceFault('fatal', `the account at ${host} has no credit (${said})`)
  if (status === 401 || status === 403)
    return new ServiceFault('fatal', `${host} does not accept the key in OPENAI_API_KEY (${said})`)
  if (GAVE_UP.includes(status)) return new ServiceFault('unknown', `${host} gave up waiting (${said})`)
  if (status === 429 || status >= 500) {
    const headers = (thrown as { headers?: unknown }).headers
    const delay = headers instanceof Headers ? askedDelay(headers, now) : null
    return new ServiceFault('busy', `${host} answered ${said}`, { delay })
  }
  return new ServiceFault(status === 404 || status === 410 ? 'gone' : 'fatal', `${host} answered ${said}`)
}

/** An error with all it was caused by. */
function causes(thrown: unknown): unknown[] {
  const found: unknown[] = []
  for (let one = thrown; one instanceof Error && found.length < 8; one = one.cause) {
    found.push(one, ...(one instanceof AggregateError ? one.errors : []))
  }
  return found
}

function numberIn(thrown: unknown, field: 'status'): number | null {
  const value = (thrown as Record<string, unknown> | null)?.[field]
  return typeof value === 'number' ? value : null
}

function textIn(thrown: unknown, field: 'code' | 'type'): string | null {
  const value = (thrown as Record<string, unknown> | null)?.[field]
  return typeof value === 'string' ? value : null
}

function shortened(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)} ...` : text
}
