import { useReducer } from 'react'
import type { ScreenName, Target } from '../screen.ts'

export interface Place {
  readonly screen: ScreenName
  readonly target: Target
}

interface Navigation {
  readonly place: Place
  go(screen: ScreenName, target?: Target): void
  /** To where one was before; null where there is no before. */
  readonly back: (() => void) | null
}

/** Steps that Esc can go back. */
const REMEMBERED = 50

type Step = { readonly to: Place } | 'back'

/** Where in the lab one is, and the way back. */
export function useNavigation(first: ScreenName = 'lab'): Navigation {
  const [trail, step] = useReducer(walk, [{ screen: first, target: {} }])
  return {
    place: trail.at(-1)!,
    go: (screen, target = {}) => step({ to: { screen, target } }),
    back: trail.length > 1 ? () => step('back') : null,
  }
}

/** The places gone through, the present one last; never empty. */
function walk(trail: readonly Place[], step: Step): readonly Place[] {
  if (step === 'back') return trail.length > 1 ? trail.slice(0, -1) : trail
  const here = trail.at(-1)!
  const { screen, target } = step.to
  const nothingNew = screen === here.screen && Object.keys(target).length === 0
  return nothingNew ? trail : [...trail.slice(-REMEMBERED), step.to]
}
