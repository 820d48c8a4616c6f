/** The runner's end of a trainer process. */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FromTrainer, ToTrainer, TrainerSetup } from './messages.ts'
import { trainerEnvironment } from './trainerEnvironment.ts'

export interface TrainerProcess {
  send(message: Exclude<ToTrainer, { type: 'start' }>): void
  /** At once; for a trainer that does not answer. */
  kill(): void
}

export interface TrainerEvents {
  onMessage(message: FromTrainer): void
  /** The process is gone: after `exit`, or by its death. `how` says how, for people. */
  onExit(how: string): void
}

/** TensorFlow reads these of the process: a worker thread's own `process.env` is a copy that native code does not see. */
const TENSORFLOW_SETTINGS = { TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }

/** Starts a trainer process and its workers; each worker says `idle` when it is ready. */
export function startTrainer(setup: TrainerSetup, { onMessage, onExit }: TrainerEvents): TrainerProcess {
  // The sources run as they are in tests and as JavaScript in the package: the entry has this file's own extension.
  const entry = fileURLToPath(new URL(`./trainer${extname(import.meta.url)}`, import.meta.url))
  const child: ChildProcess = fork(entry, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...TENSORFLOW_SETTINGS, ...trainerEnvironment(process.env, process.platform) },
  })
  const send = (message: ToTrainer): void => {
    if (child.connected) child.send(message, () => {}) // a trainer that died meanwhile is told of by its exit
  }
  child.on('message', message => onMessage(message as FromTrainer))
  child.once('exit', (code, signal) => onExit(signal === null ? `exit code ${code}` : `signal ${signal}`))
  send({ type: 'start', setup })
  return { send, kill: () => void child.kill('SIGKILL') }
}

/** Ends that memory is the commonest cause of, in words. */
const OUT_OF_MEMORY: Readonly<Record<string, string>> = {
  'signal SIGKILL': 'so the system ends what takes too much memory',
  'signal SIGABRT': 'so a process ends itself that gets no memory',
}

/** How a trainer ended, in more words where they help. */
export function deathWords(how: string): string {
  return how in OUT_OF_MEMORY ? `${how}: ${OUT_OF_MEMORY[how]}; a smaller batch takes less` : how
}
