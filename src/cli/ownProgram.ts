/** The program started by itself: the lab's screens ask for what takes long by the words that a user would type, and go on drawing. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ErrorKind, LabError, messageOf } from '../core/shared/errors.ts'
import type { Ask, AskOptions } from '../ui/index.ts'

/** The program's entry, beside this file as source and as built. */
export const PROGRAM = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))
const KINDS: Readonly<Record<number, ErrorKind>> = { 2: 'usage', 3: 'data', 4: 'unavailable', 130: 'interrupted' }
/** Words of the error are the last that it wrote on stderr. */
const LEAD = /^(mri-lab|error): /

/** @param global flags of this process that the other one shall have too: `--db`, `--engine` */
export function askProgram(global: readonly string[], cwd: string): Ask {
  return async (words, { file, signal, onNote }: AskOptions = {}) => {
    const folder = file === undefined ? null : mkdtempSync(join(tmpdir(), 'mri-lab-ask-'))
    try {
      const path = folder === null ? [] : [join(folder, 'spec.json')]
      for (const one of path) writeFileSync(one, JSON.stringify(file), { mode: 0o600 })
      return await resultOf([...words, ...path, ...global, '--json'], cwd, signal, onNote)
    } finally {
      if (folder !== null) rmSync(folder, { recursive: true, force: true })
    }
  }
}

function resultOf(
  words: readonly string[],
  cwd: string,
  signal: AbortSignal | undefined,
  onNote: ((line: string) => void) | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // SIGINT of the terminal is the lab's own: the other process is stopped by `signal` alone.
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = (): void => void child.kill('SIGINT')
    signal?.addEventListener('abort', stop, { once: true })
    const onExit = (): void => void child.kill('SIGTERM')
    process.once('exit', onExit)
    let last = ''
    createInterface({ input: child.stderr }).on('line', line => {
      if (line.trim() === '') return
      last = line
      onNote?.(line)
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', thrown => {
      reject(new LabError('failed', `the program could not be started: ${messageOf(thrown)}`, { cause: thrown }))
    })
    child.on('close', code => {
      process.off('exit', onExit)
      signal?.removeEventListener('abort', stop)
      if (code !== 0) {
        const says = last.replace(LEAD, '') || `it ended with ${code ?? 'a signal'}`
        reject(new LabError(KINDS[code ?? 1] ?? 'failed', says))
        return
      }
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      } catch (thrown) {
        reject(new LabError('failed', `'${words[0]}' answered no JSON`, { cause: thrown }))
      }
    })
  })
}
