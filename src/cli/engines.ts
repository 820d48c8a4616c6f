/** Which engines work on this machine: the engine room's list, with each that should work started once. */
import { cpus } from 'node:os'
import { messageOf } from '../core/shared/errors.ts'

export interface EngineReport {
  readonly name: string
  readonly available: boolean
  /** What it runs on; null where it does not run. */
  readonly device: string | null
  /** Why it does not run; null where it does. */
  readonly reason: string | null
  /**
   * A training step of the CNN (128x128, batch 32) with one thread; null where not measured: the reference, and a GPU that the processor plays,
   * would take minutes.
   */
  readonly stepMilliseconds: number | null
}

/** Every engine of the contract. */
export async function examineEngines(): Promise<readonly EngineReport[]> {
  const { createEngine, listEngines } = await import('../core/engine/index.ts')
  const { stepMilliseconds } = await import('./stepTime.ts')
  const device = cpus()[0]?.model.trim() ?? 'CPU'
  const reports: EngineReport[] = []
  for (const { name, available, reason, device: accelerator, software } of listEngines()) {
    const on = accelerator ?? device
    const report = { name, available, device: available ? on : null, reason, stepMilliseconds: null }
    if (!available) {
      reports.push(report)
      continue
    }
    try {
      const engine = await createEngine({ engine: name, threads: 1, device })
      const slow = name === 'reference' || software
      const measured = slow ? null : await stepMilliseconds(engine, () => performance.now())
      await engine.release()
      reports.push({ ...report, stepMilliseconds: measured })
    } catch (error) {
      reports.push({ ...report, available: false, device: null, reason: messageOf(error) })
    }
  }
  return reports
}
