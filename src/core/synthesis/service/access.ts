/** How a service is reached: its address and key, from the environment only. */
import { LabError } from '../../shared/errors.ts'

export interface ServiceAccess {
  /** By which consent and plans name it: the address's host, with its port where that is not the usual one. */
  readonly host: string
  readonly baseUrl: string
  /** Never written, logged or told. Null where none is set. */
  readonly key: string | null
}

const OPENAI = 'https://api.openai.com/v1'

/**
 * Reads OPENAI_BASE_URL and OPENAI_API_KEY.
 * @throws LabError `usage` for an address that is none, or that carries a name and password
 */
export function openaiAccess(env: Readonly<Record<string, string | undefined>>): ServiceAccess {
  const baseUrl = env.OPENAI_BASE_URL?.trim() || OPENAI
  const url = URL.parse(baseUrl)
  // The address itself is not repeated: it may hold a password.
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new LabError('usage', 'OPENAI_BASE_URL is no address: give one such as http://localhost:9997/v1')
  if (url.username !== '' || url.password !== '')
    throw new LabError('usage', 'OPENAI_BASE_URL holds a name or password: give the key in OPENAI_API_KEY')
  return { host: url.host, baseUrl, key: env.OPENAI_API_KEY?.trim() || null }
}

/**
 * The same, with its key.
 * @throws LabError `unavailable` without
 */
export function readyAccess(generator: string, access: ServiceAccess): ServiceAccess & { readonly key: string } {
  const { key, host } = access
  if (key === null)
    throw new LabError(
      'unavailable',
      `${generator}: no key for ${host}: set OPENAI_API_KEY (to any word for a server without keys)`,
    )
  return { ...access, key }
}
