import type { ServiceAccess } from './access.ts'
import type { ServiceClock } from './clock.ts'
import type { ServiceLedger } from './ledger.ts'

/** What a generator that asks a service is given to ask it. */
export interface ServiceContext {
  readonly access: ServiceAccess
  readonly ledger: ServiceLedger
  readonly clock: ServiceClock
  readonly fetch: typeof fetch
}
