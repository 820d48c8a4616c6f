/** What `doctor` answers. */
import { z } from 'zod'
import { type Ask, answered } from './ask.ts'

const report = z.object({
  version: z.string(),
  node: z.string(),
  engines: z.array(
    z.object({
      name: z.string(),
      available: z.boolean(),
      device: z.string().nullable(),
      reason: z.string().nullable(),
      stepMilliseconds: z.number().nullable(),
    }),
  ),
  default: z.string().nullable(),
  cpu: z.object({ model: z.string().nullable(), cores: z.number() }),
  database: z.object({ path: z.string(), exists: z.boolean(), bytes: z.number().nullable() }),
})

export type DoctorReport = z.infer<typeof report>

export async function askDoctor(ask: Ask, signal: AbortSignal): Promise<DoctorReport> {
  return answered(report, await ask(['doctor'], { signal }), 'doctor')
}
