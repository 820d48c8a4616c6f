/** The Grad-CAM screen's state: the run, the image or pair, class, layer and opacity, and the questions that come of them. */
import { useState } from 'react'
import { useKept } from '../hooks/useKept.ts'
import { useQuery } from '../hooks/useQuery.ts'
import type { KeyHandlers } from '../keyboard.ts'
import { type ExplainRequest, useLab } from '../lab.ts'
import { type PairEntry, pairList } from '../queries/bank.ts'
import { type ExplainedRun, explainedRun } from '../queries/gradcam.ts'
import { type Asked, useExplanation } from './gradcamExplanation.ts'
import { type MeanMap, useMeanMap } from './gradcamMean.ts'
import { useImageOrder } from './gradcamOrder.ts'
import { useRandomised } from './gradcamRandomised.ts'

export const GRADCAM_VIEWS = ['validation', 'pairs', 'mean'] as const
type GradcamView = (typeof GRADCAM_VIEWS)[number]

export interface GradcamState {
  readonly run: ExplainedRun | null
  readonly view: GradcamView
  /** Its place in the order of looking, and of how many. */
  readonly place: number
  readonly count: number
  /** Number of the validation image. */
  readonly image: number
  readonly pair: PairEntry | undefined
  /** How many predictions are wrong; null until it is known. */
  readonly wrong: number | null
  /** The image, or a pair's source. */
  readonly first: Asked
  /** What was made of the source; nothing but in pairs. */
  readonly second: Asked
  /** Draws of the check on the first one's map; null where there is none to check. */
  readonly randomised: ReturnType<typeof useRandomised>
  readonly mean: MeanMap
  /** 0 to 100. */
  readonly opacity: number
  readonly handlers: KeyHandlers
}

const OPACITY = { least: 0, step: 10, first: 60, most: 100 }
const PAGE = 10
const NO_PAIRS: readonly PairEntry[] = []

/** @param wanted the run to look at; null: the newest that is done */
export function useGradcam(wanted: number | null): GradcamState {
  const lab = useLab()
  const [chosenRun, setChosenRun] = useKept<number | null>(`gradcam.run ${wanted ?? ''}`, wanted)
  const run = useQuery<ExplainedRun | null, [number | null]>(explainedRun, null, chosenRun)
  const [view, setView] = useKept<GradcamView>('gradcam.view', 'validation')
  const [imageAt, setImageAt] = useKept<number | null>('gradcam.image', null)
  const [pairAt, setPairAt] = useKept('gradcam.pair', 0)
  const [wrongFirst, setWrongFirst] = useKept('gradcam.wrongFirst', true)
  const [chosenClass, setChosenClass] = useState<string | null>(null)
  const [kept, setKept] = useKept<{ readonly model: string; readonly layer: string } | null>('gradcam.layer', null)
  const [opacity, setOpacity] = useKept('gradcam.opacity', OPACITY.first)

  const { order, wrong } = useImageOrder(lab, run, wrongFirst)
  const pairs = useQuery(pairList, NO_PAIRS, run?.dataset ?? '', run?.generator ?? '')
  const isPairs = view === 'pairs'
  const count = isPairs ? pairs.length : order.length
  const image = imageAt !== null && imageAt < order.length ? imageAt : (order[0] ?? 0)
  const place = isPairs ? Math.min(pairAt, Math.max(0, count - 1)) : Math.max(0, order.indexOf(image))
  const pair = isPairs ? pairs[place] : undefined

  const layer = run !== null && kept?.model === run.cell.model ? kept.layer : null // another model has other layers
  const asked = {
    ...(chosenClass === null ? {} : { class: chosenClass }),
    ...(layer === null ? {} : { layer }),
  }
  const requestOf = (of: ExplainRequest['image']): ExplainRequest | null =>
    run === null || count === 0 ? null : { run: run.id, image: of, ...asked }
  const first = useExplanation(lab, pair === undefined ? requestOf(image) : requestOf({ bank: pair.id, side: 'source' }))
  // Both are asked about one class, so that their maps can be compared.
  const shown = first.explanation?.class
  const about = shown === undefined ? null : { class: chosenClass ?? shown }
  const made = pair === undefined ? null : requestOf({ bank: pair.id, side: 'made' })
  const second = useExplanation(lab, made === null || about === null ? null : { ...made, ...about })
  // Of one map that shows something: the mean of several has no weights of its own.
  const unchecked = view === 'mean' || first.computing || about === null || first.explanation?.map.empty === true
  const checked = unchecked ? null : requestOf(pair === undefined ? image : { bank: pair.id, side: 'source' })
  const randomised = useRandomised(lab, checked === null ? null : { ...checked, ...about })
  const meanKey =
    view !== 'mean' || run === null || about === null || count === 0
      ? null
      : JSON.stringify({ runs: run.cellRuns, request: { image, ...asked, ...about } })
  const mean = useMeanMap(lab, meanKey)

  const goTo = (at: number): void => {
    const next = Math.min(Math.max(0, at), count - 1)
    setChosenClass(null)
    if (isPairs) setPairAt(next)
    else setImageAt(order[next] ?? 0)
  }
  const by = (images: number) => (count > 1 ? () => goTo(place + images) : undefined)
  const toRun = (id: number | null | undefined) =>
    id === null || id === undefined
      ? undefined
      : () => {
          setChosenClass(null)
          setChosenRun(id)
        }
  const toView = (steps: number) => () => {
    const { length } = GRADCAM_VIEWS
    setChosenClass(null)
    setView(GRADCAM_VIEWS[(GRADCAM_VIEWS.indexOf(view) + steps + length) % length]!)
  }
  const classes = run?.classes ?? []
  const { explanation } = first
  const layers = explanation?.layers ?? []
  return {
    ...{ run, view, place, count, image, pair, first, second, randomised, mean, opacity },
    wrong: wrong?.size ?? null,
    handlers: {
      nextImage: by(1),
      previousImage: by(-1),
      right: by(1),
      left: by(-1),
      down: by(1),
      up: by(-1),
      pageDown: by(PAGE),
      pageUp: by(-PAGE),
      first: by(-count),
      last: by(count),
      nextPane: run === null ? undefined : toView(1),
      previousPane: run === null ? undefined : toView(-1),
      wrongFirst: wrong === null || isPairs ? undefined : () => setWrongFirst(before => !before),
      nextRun: toRun(run?.after),
      previousRun: toRun(run?.before),
      nextClass:
        explanation !== null && classes.length > 1
          ? () => setChosenClass(before => after(classes, before ?? explanation.class))
          : undefined,
      nextLayer:
        run !== null && explanation !== null && layers.length > 1
          ? () => setKept({ model: run.cell.model, layer: after(layers, explanation.layer) })
          : undefined,
      more: run !== null && opacity < OPACITY.most ? () => setOpacity(opacity + OPACITY.step) : undefined,
      less: run !== null && opacity > OPACITY.least ? () => setOpacity(opacity - OPACITY.step) : undefined,
    },
  }
}

/** The one after `item`, the first after the last. */
function after(items: readonly string[], item: string): string {
  return items[(items.indexOf(item) + 1) % items.length] ?? item
}
