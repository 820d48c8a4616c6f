/** Long lists of hashes or ids, kept once: deflated JSON under the SHA-256 of its text. */
import { hash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { jsonText } from './json.ts'

/** A row of a table of such lists, checked against its name. */
export const hashListRow = z
  .object({ sha256: z.string(), images: z.instanceof(Uint8Array) })
  .transform(({ sha256, images }, context) => {
    const text = inflated(images)
    if (text === null || hash('sha256', text, 'hex') !== sha256) {
      context.addIssue({ code: 'custom', path: ['images'], message: 'not the content that its SHA-256 names' })
      return z.NEVER
    }
    return { sha256, images: text }
  })
  .pipe(z.object({ sha256: z.string(), images: jsonText(z.array(z.string())) }))

export function packedList(list: readonly string[]): { readonly sha256: string; readonly images: Uint8Array } {
  const text = JSON.stringify(list)
  return { sha256: hash('sha256', text, 'hex'), images: deflateRawSync(text) }
}

function inflated(bytes: Uint8Array): string | null {
  try {
    return inflateRawSync(bytes).toString('utf8')
  } catch {
    return null
  }
}
