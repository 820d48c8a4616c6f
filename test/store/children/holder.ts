/** holder.ts DATABASE: takes the runner's lock, says `held` and keeps it until it is killed. */
import { acquireRunnerLock } from '../../../src/store/index.ts'

const lock = acquireRunnerLock(process.argv[2]!)
if (lock === null) process.exit(1)
console.log('held')
setInterval(() => lock, 1000) // what nothing refers to is collected, and its lock given back
