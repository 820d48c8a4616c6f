/** The order in which validation images are looked at: wrong predictions first, once it is known which are wrong. */
import { useEffect, useMemo, useReducer } from 'react'
import type { Lab } from '../lab.ts'
import type { ExplainedRun } from '../queries/gradcam.ts'

/** Images that are asked about at once: explanations come between. */
const TOGETHER = 64

/** By lab, what a run predicts for its validation images, as far as it is known. */
const known = new WeakMap<Lab, Map<number, string[]>>()

interface ImageOrder {
  /** Numbers of images. */
  readonly order: readonly number[]
  /** Which are wrong; null until all are known. */
  readonly wrong: ReadonlySet<number> | null
  /** Images whose prediction is known. */
  readonly asked: number
}

/** Asks for a run's predictions in the background. @param wrongFirst else in dataset order */
export function useImageOrder(lab: Lab, run: ExplainedRun | null, wrongFirst: boolean): ImageOrder {
  const [drawn, drawAgain] = useReducer((count: number) => count + 1, 0)
  const labels = run?.labels ?? NONE
  const id = run?.id ?? null
  const count = labels.length
  useEffect(() => {
    if (id === null || count === 0) return
    const runs = known.get(lab) ?? new Map<number, string[]>()
    known.set(lab, runs)
    const predicted = runs.get(id) ?? []
    runs.set(id, predicted)
    let wanted = true
    const askOn = async (): Promise<void> => {
      while (wanted && predicted.length < count) {
        const more = await lab.predictions(id, predicted.length, TOGETHER)
        if (more.length === 0) return
        predicted.push(...more)
        drawAgain()
      }
    }
    // Where it cannot be known the images stay in dataset order; the explanation itself says what is wrong.
    askOn().catch(() => {})
    return () => {
      wanted = false
    }
  }, [lab, id, count])
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn counts what became known
  return useMemo(() => {
    const predicted = known.get(lab)?.get(id ?? -1) ?? []
    const natural = Array.from(labels, (_, i) => i)
    if (predicted.length < count || count === 0) return { order: natural, wrong: null, asked: predicted.length }
    const wrong = new Set(natural.filter(i => predicted[i] !== labels[i]))
    const order = wrongFirst ? [...natural.filter(i => wrong.has(i)), ...natural.filter(i => !wrong.has(i))] : natural
    return { order, wrong, asked: predicted.length }
  }, [lab, id, labels, count, wrongFirst, drawn])
}

const NONE: readonly string[] = []
