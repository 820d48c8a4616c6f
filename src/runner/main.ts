/** The entry of the detached runner process: `node main.js OPTIONS`, OPTIONS as JSON. It trains until nothing is queued. */
import { z } from 'zod'
import { openStore } from '../store/index.ts'
import { endProcess } from './endProcess.ts'
import { serve } from './serve.ts'

const options = z
  .object({
    database: z.string(),
    workers: z.int().positive().nullable(),
    cores: z.int().positive(),
    device: z.string(),
    version: z.string(),
    silence: z.number().positive(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'))

// A dropped line and Ctrl+C in the terminal that started it are nothing to a runner.
process.on('SIGHUP', () => {})
process.on('SIGINT', () => {})
const store = openStore(options.database, { now: () => new Date(), mode: 'write' })
try {
  await serve(store, options)
} finally {
  store.close()
}
endProcess(0)
