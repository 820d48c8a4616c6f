import { LabError } from '../../shared/errors.ts'
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

/**
 * The same, with a key.
 * @throws LabError `unavailable` without
 */
export function readyService(
  name: string,
  service: ServiceContext | undefined,
): ServiceContext & { readonly access: { key: string } } {
  if (service === undefined) throw new LabError('unavailable', `${name} asks a service, which cannot be reached from here`)
  const { key } = service.access
  if (key === null)
    throw new LabError(
      'unavailable',
      `${name}: no key for ${service.access.host}: set OPENAI_API_KEY (for a server without keys to anything)`,
    )
  return { ...service, access: { ...service.access, key } }
}
