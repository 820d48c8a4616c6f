/** Starts the small programs beside this file as processes of their own: the store's promises are made between processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Runs a program to its end and returns what it said; rejects when it fails. */
export async function finished(program: string, ...args: string[]): Promise<string> {
  const child = launch(program, args)
  let said = ''
  child.stdout?.on('data', chunk => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`)
  return said
}

/** Starts a program and waits for the first line it says. */
export async function started(program: string, ...args: string[]): Promise<{ pid: number; kill: () => Promise<void> }> {
  const child = launch(program, args)
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`))),
  ])
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

function launch(program: string, args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(program, import.meta.url))
  return spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}
