import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A path inside fixtures/. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(`../../../fixtures/${path}`, import.meta.url))
}

interface Golden {
  readonly decode: Readonly<Record<string, { width: number; height: number; pixels: string }>>
  readonly resize: readonly {
    name: string
    width: number
    height: number
    source: string
    outWidth: number
    outHeight: number
    pixels: string
  }[]
  readonly parquet: { images: string[]; labels: string[] }
  readonly orders: Readonly<Record<'run' | 'batch' | 'split' | 'splitNumber4', { order: string[] }>>
  readonly sampleFingerprint: string
}

/** What Pillow, pyarrow and hashlib say: fixtures/dataset/make_golden.py. */
export const golden = JSON.parse(readFileSync(fixture('dataset/golden.json'), 'utf8')) as Golden

/** Bytes of a golden base64 text. */
export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
