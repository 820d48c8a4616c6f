import { useEffect, useRef } from 'react'
import { useLab } from '../lab.ts'
import { endedStudies, type StudyEnd } from '../queries/studies.ts'
import { useQuery } from './useQuery.ts'

const NONE: readonly StudyEnd[] = []
const nothing = (): readonly StudyEnd[] => NONE

/** Tells of each study that ends while the lab is open, where that is wanted. For the app's root, once. */
export function useEndedStudies(): void {
  const { notify } = useLab()
  const studies = useQuery<readonly StudyEnd[], []>(notify === null ? nothing : endedStudies, NONE)
  const before = useRef<ReadonlyMap<string, string | null>>(new Map())
  useEffect(() => {
    for (const { study, end } of studies) {
      // Null, not undefined: one that was there and went on.
      if (end !== null && before.current.get(study) === null) notify?.(end)
    }
    before.current = new Map(studies.map(({ study, end }) => [study, end]))
  }, [studies, notify])
}
