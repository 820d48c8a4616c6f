import { readFileSync } from 'node:fs'

/** A file's text, without the byte order mark that some editors begin one with. Throws as Node's `readFileSync`. */
export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
}
