import { isDeepStrictEqual } from 'node:util'
import { useEffect, useState } from 'react'
import type { RunnerStatus } from '../../runner/index.ts'
import { followerOf } from '../follower.ts'
import { type Lab, useLab } from '../lab.ts'

/** Milliseconds between two looks where the database does not change: a runner that dies changes nothing there. */
const PERIOD = 1000
/** For so long one look serves all who ask. */
const FRESH = 100

/** What the runner does; draws again when that changes. */
export function useStatus(): RunnerStatus {
  const lab = useLab()
  const [status, setStatus] = useState(() => statusOf(lab))
  useEffect(() => {
    const look = (): void => setStatus(statusOf(lab))
    const unwatch = followerOf(lab).watch(look)
    const timer = setInterval(look, PERIOD).unref()
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }, [lab])
  return status
}

const looks = new WeakMap<Lab, { readonly version: number; readonly at: number; readonly status: RunnerStatus }>()

/** The lab's status; the same object while it is the same status. */
function statusOf(lab: Lab): RunnerStatus {
  const version = followerOf(lab).version()
  const at = performance.now()
  const last = looks.get(lab)
  if (last !== undefined && last.version === version && at - last.at < FRESH) return last.status
  const now = lab.control.status()
  const status = last !== undefined && isDeepStrictEqual(last.status, now) ? last.status : now
  looks.set(lab, { version, at, status })
  return status
}
