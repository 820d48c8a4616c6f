/** Generators that ask a service, by the command line: where they send, what they cost, and who agreed. */
import { LabError } from '../core/shared/errors.ts'
import {
  type Generator,
  generatorSettings,
  microsOf,
  openaiAccess,
  type Parameters,
  type PriceTable,
  priceTable,
  readyAccess,
  usdText,
} from '../core/synthesis/index.ts'
import { estimateImages, type MakeRequest, openService } from '../runner/index.ts'
import type { Store } from '../store/index.ts'
import { formatDuration } from '../ui/index.ts'
import { confirm } from './confirm.ts'
import type { Context } from './context.ts'

/** Where a generator's images go, and what is known of that. */
export interface ServiceRecord {
  readonly host: string
  /** What a request sends. */
  readonly sends: string
  readonly consent: boolean
  /** USD that the database spent on services so far, whatever for. */
  readonly spent: number
  /** Of the table of prices. */
  readonly prices: string
}

/** Null for a generator that sends nothing. */
export function serviceRecord(
  { env, settings }: Context,
  store: Store,
  generator: Generator | null,
  dataset: string,
): ServiceRecord | null {
  if (generator?.sends === undefined) return null
  const { host } = openaiAccess(env)
  return {
    host,
    sends: generator.sends(settingsFor({ settings }, generator)),
    consent: store.consents.get(dataset, host) !== null,
    spent: store.spending.total().micros / 1e6,
    prices: priceTable(settings.prices).dated,
  }
}

/** What the config file says of a generator, and of prices. */
export function serviceSettings(
  context: Pick<Context, 'settings'>,
  generator: Generator,
): { readonly settings: Parameters; readonly prices: PriceTable } {
  return { settings: settingsFor(context, generator), prices: priceTable(context.settings.prices) }
}

/**
 * Shows what images of services cost, asks, and gives the budget in millionths of a USD: `budget` (USD), or what is spent and what was shown.
 * @throws LabError `usage` without consent, or without an answer
 */
export async function agreeToCost(
  context: Context,
  store: Store,
  requests: readonly MakeRequest[],
  budget: number | undefined,
): Promise<number> {
  refuseUnpermitted(context, store, requests)
  const spent = store.spending.total().micros
  let cost = 0
  for (const request of requests) {
    const { generator, splits } = request
    const { host, sends } = serviceRecord(context, store, generator, splits[0]!.name)!
    const { requests: count, price, seconds } = await estimateImages(store, request)
    const micros = microsOf(price)
    cost += micros
    const time = seconds === null ? '' : `, some ${formatDuration(seconds)}`
    context.note(`${generator.name}: ${count} requests to ${host}, up to ${usdText(micros)}${time}; sent: ${sends}`)
  }
  const limit = budget === undefined ? spent + cost : Math.floor(Number((budget * 1e6).toFixed(3)))
  context.note(`spent so far ${usdText(spent)}; nothing is asked for beyond ${usdText(limit)} in all`)
  if (cost > 0) await confirm(context, `Spend up to ${usdText(Math.max(0, Math.min(cost, limit - spent)))}?`)
  return limit
}

/** @throws LabError `usage` for a service to which nobody agreed to send the images, or without a key */
export function refuseUnpermitted(context: Context, store: Store, requests: readonly MakeRequest[]): void {
  for (const { generator, splits } of requests) {
    const { host, consent } = serviceRecord(context, store, generator, splits[0]!.name)!
    if (!consent) throw noConsent(splits[0]!.name, host, generator)
    readyAccess(generator.name, openaiAccess(context.env))
  }
}

/** Opens a request's service; `close` when it is made. Throws as `openService`. */
export function openedService(
  context: Context,
  store: Store,
  request: MakeRequest,
  budget: number,
): ReturnType<typeof openService> {
  const { env, signal } = context
  return openService(store, { generator: request.generator, dataset: request.splits[0]!.name, env, budget, signal })
}

function noConsent(dataset: string, host: string, { name }: Generator): LabError {
  return new LabError(
    'usage',
    `nobody agreed that images of ${dataset} are sent to ${host}: 'mri-lab synth consent --dataset ${dataset} --generator ${name}' shows what would be sent, and asks`,
  )
}

function settingsFor({ settings }: Pick<Context, 'settings'>, generator: Generator): Parameters {
  return generatorSettings(generator, settings.generators[generator.name] ?? {})
}
