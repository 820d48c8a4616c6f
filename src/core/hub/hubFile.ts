/** What a file of the Hugging Face hub is called, and how the hub is reached. */
import { LabError } from '../shared/errors.ts'

/** A file in a repository of the hub at one revision. */
export interface HubFile {
  readonly kind: 'model' | 'dataset'
  /** `owner/name`. */
  readonly repo: string
  /** A commit, tag or branch. */
  readonly revision: string
  /** Path in the repository, with `/`. */
  readonly file: string
}

export interface HubAccess {
  /** Without a slash at its end. */
  readonly endpoint: string
  /** Sent to the endpoint alone, never to where it redirects. */
  readonly token: string | null
  /** The user wants no network used. */
  readonly offline: boolean
}

const HUB = 'https://huggingface.co'

/**
 * The hub as the environment says, in the variables of Hugging Face's own tools: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE.
 * @throws LabError `usage` where HF_ENDPOINT is no http address
 */
export function hubAccess(env: Readonly<Record<string, string | undefined>>): HubAccess {
  const endpoint = (env.HF_ENDPOINT || HUB).replace(/\/+$/, '')
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new LabError('usage', `HF_ENDPOINT: '${endpoint}' is no http address`)
  return {
    endpoint,
    token: env.HF_TOKEN?.trim() || null,
    offline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ''),
  }
}

/** The address that gives the file's content, in a browser too. */
export function hubUrl({ kind, repo, revision, file }: HubFile, endpoint: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/')
  return `${endpoint}/${kind === 'dataset' ? 'datasets/' : ''}${repo}/resolve/${encodeURIComponent(revision)}/${path}`
}
