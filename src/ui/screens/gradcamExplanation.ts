/** Asking for explanations: the newest question counts, and while one scrolls through images only the last is asked. */
import { useEffect, useRef, useState } from 'react'
import { messageOf } from '../../core/shared/errors.ts'
import type { ExplainRequest, Explanation, Lab } from '../lab.ts'

export interface Asked {
  /** The newest answer, also while the next is computed; null before the first. */
  readonly explanation: Explanation | null
  readonly computing: boolean
  /** Why the newest question has no answer, one line. */
  readonly error: string | null
}

/** Milliseconds that a question must stand before it is asked, unless none is under way. */
const PATIENCE = 120
/** Answers kept while the screen is shown. */
const KEPT = 32

/** What `lab.explain` answers; null asks nothing. */
export function useExplanation(lab: Lab, request: ExplainRequest | null): Asked {
  const [asked, setAsked] = useState<Asked>({ explanation: null, computing: request !== null, error: null })
  const answers = useRef(new Map<string, Explanation>())
  const underWay = useRef(0)
  const key = JSON.stringify(request)

  useEffect(() => {
    const wanted = JSON.parse(key) as ExplainRequest | null
    if (wanted === null) {
      setAsked({ explanation: null, computing: false, error: null })
      return
    }
    const kept = answers.current.get(key)
    if (kept !== undefined) {
      setAsked({ explanation: kept, computing: false, error: null })
      return
    }
    let current = true
    setAsked(before => ({ ...before, computing: true, error: null }))
    const ask = async (): Promise<void> => {
      underWay.current++
      try {
        const explanation = await lab.explain(wanted)
        keep(answers.current, key, explanation)
        if (current) setAsked({ explanation, computing: false, error: null })
      } catch (thrown) {
        if (current) setAsked({ explanation: null, computing: false, error: messageOf(thrown) })
      } finally {
        underWay.current--
      }
    }
    const timer = setTimeout(ask, underWay.current === 0 ? 0 : PATIENCE)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [lab, key])
  return asked
}

function keep(answers: Map<string, Explanation>, key: string, explanation: Explanation): void {
  answers.set(key, explanation)
  const [oldest] = answers.keys()
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest)
}
