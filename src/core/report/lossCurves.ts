/** A cell's runs over their epochs: loss on training and on validation images. */
import { axisX, axisY, dot, gridY, line, text } from '#plot'
import type { Epoch } from '../study/index.ts'
import { type ChartWords, chart, INK } from './chart.ts'
import { html, type Markup } from './markup.ts'

export interface Curve {
  readonly run: number
  readonly epochs: readonly Epoch[]
  /** Null while the run is not done. */
  readonly bestEpoch: number | null
}

/** What all charts of a model share, so that they can be compared. */
export interface CurveRange {
  readonly epochs: number
  /** Nats. */
  readonly least: number
  /** Nats; losses above are drawn at the upper edge. */
  readonly loss: number
  /** Whether any is above. */
  readonly cut: boolean
}

const WIDTH = 340
const HEIGHT = 210

/**
 * Of the curves of a model. A run that goes astray does not squeeze the others: beyond three times the loss that 95 % of all values stay
 * below, the scale ends.
 */
export function curveRange(curves: readonly Curve[]): CurveRange {
  const epochs = curves.flatMap(({ epochs: all }) => all)
  const losses = epochs
    .flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const most = losses.at(-1) ?? 1
  const usual = losses[Math.floor(0.95 * (losses.length - 1))] ?? 1
  const loss = Math.min(most, 3 * usual) || 1
  const least = Math.max(0, (losses[0] ?? 0) - (loss - (losses[0] ?? 0)) / 10)
  return { epochs: Math.max(2, ...epochs.map(({ epoch }) => epoch)), least, loss, cut: most > loss }
}

export function lossCurves(words: ChartWords, curves: readonly Curve[], range: CurveRange): Markup {
  const drawn = curves.filter(({ epochs }) => epochs.length > 0)
  if (drawn.length === 0) return html`<p class="missing">No epoch is done yet.</p>`
  const values = (of: 'trainLoss' | 'validationLoss') =>
    drawn.flatMap(({ run, epochs }) =>
      epochs.map(each => ({
        run,
        epoch: each.epoch,
        loss: Number.isFinite(each[of]) ? Math.min(each[of], range.loss) : Number.NaN,
      })),
    )
  const validation = values('validationLoss')
  const best = validation.filter(({ run, epoch }) => drawn.some(one => one.run === run && one.bestEpoch === epoch))
  const last = validation.filter(({ run, epoch }) => drawn.some(one => one.run === run && one.epochs.length === epoch))
  const curve = { x: 'epoch', y: 'loss', z: 'run', strokeWidth: 1.25, strokeOpacity: drawn.length > 10 ? 0.35 : 0.5 }
  return chart(words, {
    ...{ width: WIDTH, height: HEIGHT, marginLeft: 42, marginRight: 10, marginTop: 22, marginBottom: 42 },
    x: { domain: [1, range.epochs] },
    y: { domain: [range.least, range.loss] },
    marks: [
      gridY({ stroke: INK.line, strokeOpacity: 1, ticks: 4 }),
      axisY({ anchor: 'left', ticks: 4, label: null }),
      text([0], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        text: () => 'loss (nats)',
        dx: -38,
        dy: -18,
        fill: INK.text,
      }),
      axisX({
        ...{ anchor: 'bottom', ticks: Math.min(6, range.epochs - 1), tickFormat: 'd' },
        ...{ label: 'epoch', labelAnchor: 'center', labelArrow: 'none', labelOffset: 36 },
      }),
      line(values('trainLoss'), { ...curve, stroke: INK.other, strokeDasharray: '4 3' }),
      line(validation, { ...curve, stroke: INK.points }),
      dot(last, { x: 'epoch', y: 'loss', r: 3, symbol: 'times', stroke: INK.text, strokeWidth: 1.25 }),
      dot(best, { x: 'epoch', y: 'loss', r: 3, fill: INK.points, stroke: INK.paper, strokeWidth: 0.75 }),
    ],
  })
}
