import { isDeepStrictEqual } from 'node:util'
import { useEffect, useState } from 'react'
import type { RunnerStatus } from '../../runner/index.ts'
import { followerOf } from '../follower.ts'
import { useLab } from '../lab.ts'

/** What the runner does: read again when the database changes and once a second, for a runner that dies changes nothing there. */
export function useStatus(): RunnerStatus {
  const lab = useLab()
  const [status, setStatus] = useState(() => lab.control.status())
  useEffect(() => {
    const look = (): void => {
      const now = lab.control.status()
      setStatus(before => (isDeepStrictEqual(before, now) ? before : now))
    }
    const unwatch = followerOf(lab).watch(look)
    const timer = setInterval(look, 1000).unref()
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }, [lab])
  return status
}
