import { useEffect, useRef, useState } from 'react'
import { messageOf } from '../../core/shared/errors.ts'
import { followerOf } from '../follower.ts'
import { useLab } from '../lab.ts'

interface Task {
  /** What is under way, in words; null while nothing is. */
  readonly busy: string | null
  /** Why the last one failed, one line; null where it did not. */
  readonly error: string | null
  /**
   * Begins `work` unless something is under way; the database is looked at again when it is done. `work` may say how far it is, in other
   * words than it began with.
   */
  begin(words: string, work: (say: (words: string) => void) => Promise<unknown>): void
}

/** One thing at a time that a screen asks for and waits for without standing still. */
export function useTask(): Task {
  const lab = useLab()
  const [state, setState] = useState<{ busy: string | null; error: string | null }>({ busy: null, error: null })
  const mounted = useRef(true)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])
  const begin: Task['begin'] = (words, work) => {
    if (state.busy !== null) return
    setState({ busy: words, error: null })
    const end = (error: string | null): void => {
      followerOf(lab).refresh()
      if (mounted.current) setState({ busy: null, error })
    }
    const say = (now: string): void => {
      if (mounted.current) setState({ busy: now, error: null })
    }
    // The first drawing says that it has begun; only then comes what may keep the thread.
    setImmediate(() => {
      Promise.resolve()
        .then(() => work(say))
        .then(
          () => end(null),
          thrown => end(messageOf(thrown)),
        )
    })
  }
  return { ...state, begin }
}
