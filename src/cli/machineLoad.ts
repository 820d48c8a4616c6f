/** How busy this machine is: its processors since the last look, and its memory. */
import { cpus, totalmem } from 'node:os'
import type { MachineLoad } from '../ui/index.ts'

/** Returns a function that looks. */
export function createMachineLoad(): () => MachineLoad {
  let last = processorTimes()
  return () => {
    const now = processorTimes()
    const [busy, all] = [now.busy - last.busy, now.all - last.all]
    last = now
    const total = totalmem()
    return { processors: all > 0 ? busy / all : null, used: total - process.availableMemory(), total }
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
