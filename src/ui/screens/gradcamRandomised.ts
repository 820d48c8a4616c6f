/** How alike a map and those of models with weights drawn anew are: asked draw by draw once one stays at an image. */
import { useEffect, useRef, useState } from 'react'
import { RANDOMISATION_DRAWS } from '../../core/explain/randomisation.ts' // not by its door: a screen needs no engine
import { formatNumber } from '../format/number.ts'
import type { ExplainRequest, Lab } from '../lab.ts'

/** A draw: null where the maps cannot be compared. */
interface Draw {
  readonly head: number | null
  readonly all: number | null
}

/** Milliseconds that an explanation must stand: each draw takes as long as two explanations. */
const PATIENCE = 800

/** The draws so far; null where nothing is asked. */
export function useRandomised(lab: Lab, request: ExplainRequest | null): readonly Draw[] | null {
  const known = useRef(new Map<string, readonly Draw[]>())
  const [, drawAgain] = useState(0)
  const key = JSON.stringify(request)
  useEffect(() => {
    const asked = JSON.parse(key) as ExplainRequest | null
    if (asked === null) return
    let wanted = true
    const askOn = async (): Promise<void> => {
      for (;;) {
        const draws = known.current.get(key) ?? []
        if (!wanted || draws.length >= RANDOMISATION_DRAWS) return
        const draw = await lab.randomised(asked, draws.length)
        known.current.set(key, [...draws, draw])
        if (wanted) drawAgain(count => count + 1)
      }
    }
    // What cannot be explained says so itself.
    const timer = setTimeout(() => void askOn().catch(() => {}), PATIENCE)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [lab, key])
  return request === null ? null : (known.current.get(key) ?? [])
}

/** `randomised weights: map similarity 0.12, of the last layer alone 0.35`. */
export function randomisedWords(draws: readonly Draw[]): string {
  if (draws.length === 0) return 'randomised weights: ...'
  const so = draws.length < RANDOMISATION_DRAWS ? ` (${draws.length} of ${RANDOMISATION_DRAWS} draws)` : ''
  const [all, head] = [meanOf(draws.map(one => one.all)), meanOf(draws.map(one => one.head))]
  if (all === null && head === null) return `randomised weights: the maps cannot be compared${so}`
  return `randomised weights: map similarity ${formatNumber(all, 2)}, of the last layer alone ${formatNumber(head, 2)}${so}`
}

function meanOf(values: readonly (number | null)[]): number | null {
  const numbers = values.filter(value => value !== null)
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}
