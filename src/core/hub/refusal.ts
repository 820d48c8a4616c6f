/** What the hub answers when it does not give a file, as errors a user can act on. */
import { LabError, messageOf } from '../shared/errors.ts'

/** A LabError `unavailable`; `byHand` says how to go on without the hub. */
export function unavailable(what: string, byHand: string, cause?: unknown): LabError {
  return new LabError('unavailable', `${what}; ${byHand}`, { cause })
}

/** For a status that is no success; null for one that may pass (a busy or broken server). */
export function refusal(response: Response, url: string, withToken: boolean, byHand: string): LabError | null {
  const { status } = response
  if (status === 408 || status === 429 || status >= 500) return null
  const code = response.headers.get('x-error-code')
  if (code === 'RevisionNotFound') return unavailable(`${url}: the repository has no such revision`, byHand)
  if (code === 'EntryNotFound') return unavailable(`${url}: the repository has no such file at this revision`, byHand)
  if (code === 'GatedRepo' || status === 403)
    return unavailable(`${url}: refused (${status}): accept its conditions on its page, and set HF_TOKEN`, byHand)
  if (status === 401) {
    const token = withToken ? 'the token in HF_TOKEN does not open it' : 'or it needs a token: set HF_TOKEN'
    return unavailable(`${url}: refused (401): no such repository, ${token}`, byHand)
  }
  return unavailable(`${url}: answered ${status}${status === 404 ? ': not there' : ''}`, byHand)
}

/** Why `fetch` failed: its own message is only `fetch failed`. */
export function networkReason(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (!(cause instanceof Error)) return messageOf(thrown)
  const [first] = cause instanceof AggregateError ? cause.errors : [cause]
  return messageOf(first)
}
