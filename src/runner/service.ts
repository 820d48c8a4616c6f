/** A generator's service over a store: consent, key and money. */
import { setTimeout } from 'node:timers/promises'
import { LabError } from '../core/shared/errors.ts'
import { type Generator, openaiAccess, type ServiceContext } from '../core/synthesis/index.ts'
import type { Store } from '../store/index.ts'

export interface ServiceRequest {
  readonly generator: Generator
  /** Name of the dataset whose images would be sent. */
  readonly dataset: string
  /** Where address and key come from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What all requests of this database together may ever cost, in millionths of a USD. */
  readonly budget: number
  readonly signal: AbortSignal
}

/** Opens what a generator asks its service with; `close` it when no request is under way. Sends nothing. @throws LabError `usage` without consent */
export function openService(store: Store, request: ServiceRequest): { service: ServiceContext; close(): void } {
  const { generator, dataset, env, budget, signal } = request
  const access = openaiAccess(env)
  const { host } = access
  if (store.consents.get(dataset, host) === null)
    throw new LabError(
      'usage',
      `nobody agreed that images of ${dataset} are sent to ${host}: 'mri-lab synth consent --dataset ${dataset} --generator ${generator.name}' shows what would be sent, and asks`,
    )
  const ledger = store.spending.open({ dataset, generator: generator.name, host, budget })
  const clock = {
    now: () => Date.now(),
    wait: async (milliseconds: number) => {
      await setTimeout(milliseconds, undefined, { signal }).catch(() => {}) // woken early to stop
    },
  }
  return { service: { access, ledger, clock, fetch: globalThis.fetch }, close: () => ledger.close() }
}
