/** Milliseconds that what still holds the process may go on. */
const GRACE = 1000

/**
 * Ends the process with a code, by itself once nothing holds it. `process.exit` waits for V8's compiling threads without answering their
 * requests for a garbage collection, and so now and then for ever (nodejs/node#54918, seen here with Node 24.21 at the end of a
 * download); it is called only where something, a worker thread for one, would hold the process.
 */
export function endProcess(code: number): void {
  process.exitCode = code
  setTimeout(() => process.exit(code), GRACE).unref()
}
