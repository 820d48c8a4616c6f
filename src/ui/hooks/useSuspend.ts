import { useApp } from 'ink'
import { useCallback, useEffect, useRef } from 'react'

/**
 * Puts the process aside as Ctrl+Z does elsewhere, with the terminal as it was before the lab, and draws again when it is continued. Also where
 * another process asks (SIGTSTP). Undefined where there are no such signals.
 */
export function useSuspend(): (() => void) | undefined {
  const { suspendTerminal } = useApp()
  const aside = useRef(false)
  const suspend = useCallback(() => {
    if (aside.current) return
    aside.current = true
    suspendTerminal(stopped).finally(() => {
      aside.current = false
    })
  }, [suspendTerminal])
  useEffect(() => {
    if (process.platform === 'win32') return
    process.on('SIGTSTP', suspend)
    return () => void process.off('SIGTSTP', suspend)
  }, [suspend])
  return process.platform === 'win32' ? undefined : suspend
}

/** Stops the whole job, npx before the program too, and resolves when it goes on. */
function stopped(): Promise<void> {
  return new Promise(resolve => {
    const listeners = process.listeners('SIGTSTP')
    // With its input handed back nothing else would keep this process from ending when it goes on.
    const alive = setInterval(() => {}, 60_000)
    process.once('SIGCONT', () => {
      clearInterval(alive)
      // Who was put aside is not told of a new window size.
      process.emit('SIGWINCH', 'SIGWINCH')
      for (const listener of listeners) process.on('SIGTSTP', listener)
      resolve()
    })
    // With a listener the signal would not stop this process.
    process.removeAllListeners('SIGTSTP')
    process.kill(0, 'SIGTSTP')
  })
}
