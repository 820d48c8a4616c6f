import { useContext, useEffect, useReducer } from 'react'
import type { StudySummary } from '../../store/index.ts'
import { askAnswer } from '../asked/answer.ts'
import { useLab } from '../lab.ts'
import { KeptContext } from './useKept.ts'

/** What finished studies answer, by name, as far as it is known: each is asked once, one after another, of another process. */
export function useStudyAnswers(studies: readonly StudySummary[]): ReadonlyMap<string, string> {
  const lab = useLab()
  const kept = useContext(KeptContext)
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const finished = studies.filter(({ runs, done, failed }) => done > 0 && done + failed >= runs)
  const keys = JSON.stringify(
    finished.map(({ name, done, spec }) => [name, `lab.answer ${name} ${done} ${JSON.stringify(spec)}`]),
  )
  useEffect(() => {
    const stop = new AbortController()
    const askOn = async (): Promise<void> => {
      for (const [name, key] of JSON.parse(keys) as [string, string][]) {
        if (stop.signal.aborted) return
        if (kept.has(key)) continue
        try {
          kept.set(key, await askAnswer(lab.ask, name, stop.signal))
        } catch {
          // Without an answer the list says how the study stands; the Tables screen says what is wrong.
          if (!stop.signal.aborted) kept.set(key, '')
        }
        drawAgain()
      }
    }
    // Once the first frame is out.
    const timer = setTimeout(() => void askOn(), 300)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [lab, kept, keys])
  return new Map(
    (JSON.parse(keys) as [string, string][]).flatMap(([name, key]) => {
      const answer = kept.get(key)
      return typeof answer === 'string' && answer !== '' ? [[name, answer] as const] : []
    }),
  )
}
