/** A file of the Hugging Face hub, with progress on stderr. */
import { setTimeout } from 'node:timers/promises'
import { type FetchedFile, fetchHubFile, type HubDownload, hubAccess, hubUrl } from '../core/hub/index.ts'
import type { Context } from './context.ts'
import type { Progress } from './progress.ts'

/** Milliseconds without a byte after which an attempt is given up and begun again. */
const PATIENCE = 60_000

/** `what` is named in the progress. Goes by HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE. Throws as `fetchHubFile`. */
export async function downloadFromHub(context: Context, what: string, request: HubDownload): Promise<FetchedFile> {
  const { signal, env } = context
  let progress: Progress | undefined
  try {
    return await fetchHubFile(request, {
      access: hubAccess(env),
      fetch,
      wait: milliseconds => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
      patience: PATIENCE,
      signal,
      onProgress: (done, total) => {
        const from = megabytes(done)
        progress ??= context.progress({ label: `downloading ${what}`, unit: 'MB', total: megabytes(total), from })
        progress.update(megabytes(done))
      },
    })
  } finally {
    progress?.end()
  }
}

/** The address that a browser on another machine can be given. */
export function addressOf(context: Context, file: Parameters<typeof hubUrl>[0]): string {
  return hubUrl(file, hubAccess(context.env).endpoint)
}

/** With one decimal. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10
}
