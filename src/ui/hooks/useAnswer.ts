import { useEffect, useState } from 'react'
import { messageOf } from '../../core/shared/errors.ts'

/** An answer that comes later. */
export interface Answer<T> {
  /** The newest answer, also while the next is awaited; null before the first, and where nothing is asked. */
  readonly value: T | null
  readonly waiting: boolean
  /** Why the newest question has none, one line. */
  readonly error: string | null
}

/**
 * Asks `question` when `key` changes, once it has stood for `patience` milliseconds; the question before is aborted then. A null key asks nothing. `question` must
 * depend on `key` alone.
 */
export function useAnswer<T>(key: string | null, question: (signal: AbortSignal) => Promise<T>, patience = 0): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, waiting: key !== null, error: null })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the question
  useEffect(() => {
    if (key === null) {
      setAnswer({ value: null, waiting: false, error: null })
      return
    }
    setAnswer(before => ({ ...before, waiting: true, error: null }))
    const stop = new AbortController()
    const timer = setTimeout(() => {
      question(stop.signal).then(
        value => !stop.signal.aborted && setAnswer({ value, waiting: false, error: null }),
        thrown => !stop.signal.aborted && setAnswer({ value: null, waiting: false, error: messageOf(thrown) }),
      )
    }, patience)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key])
  return answer
}
