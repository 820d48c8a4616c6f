/** How busy this machine is: its processors since the last look, its memory, its GPUs. */
import { cpus, totalmem } from 'node:os'
import type { MachineLoad } from '../ui/index.ts'
import type { Context } from './context.ts'
import { createGpuLoad } from './gpuLoad.ts'

/** Returns a function that looks. `signal` ends what it may be asking. */
export function createMachineLoad(env: Context['env'], signal: AbortSignal): () => MachineLoad {
  const gpus = createGpuLoad({ env, signal })
  let last = processorTimes()
  return () => {
    const now = processorTimes()
    const [busy, all] = [now.busy - last.busy, now.all - last.all]
    last = now
    const total = totalmem()
    return { processors: all > 0 ? busy / all : null, used: total - process.availableMemory(), total, gpus: gpus() }
  }
}

function processorTimes(): { readonly busy: number; readonly all: number } {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq
    all += sum
    busy += sum - times.idle
  }
  return { busy, all }
}
