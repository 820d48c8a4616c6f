import type { HubAccess } from './hubFile.ts'

/** How the hub is reached, and the effects that are used. */
export interface HubOptions {
  readonly access: HubAccess
  readonly fetch: typeof fetch
  /** Resolves after so many milliseconds: between two attempts. */
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** Milliseconds without an answer or a byte after which an attempt is given up. */
  readonly patience: number
  readonly signal?: AbortSignal
  /** Bytes that are here, of how many; called at once with those of an earlier attempt. */
  readonly onProgress?: (done: number, total: number) => void
}
