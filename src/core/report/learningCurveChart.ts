/** Medians against the number of real training images, a line a policy. */
import { axisX, axisY, dot, gridY, line, ruleX, text } from '#plot'
import type { CurvePoint, LearningCurve } from '../study/index.ts'
import { type ChartWords, chart, chartName, INK } from './chart.ts'
import { html, type Markup } from './markup.ts'

const WIDTH = 460
const HEIGHT = 270
const TOP = 24
const BOTTOM = 44
/** Pixels from a name to the next below it. */
const LETTERS_APART = 15
const NAME_LETTERS = 16
/** Lines are told apart by their dashes and the name at their end, not by colour. */
const DASHES = ['none', '6 3', '2 3', '8 3 2 3']
/** Pixels that lines of one place stand apart, so that their intervals do not hide each other. */
const APART = 5

/** @param images how many a run at a point of a curve trains on; @param axis words beside the upright axis */
export function learningCurveChart(
  words: ChartWords,
  curves: readonly LearningCurve[],
  { images: imagesAt, axis }: { readonly images: (point: CurvePoint) => number; readonly axis: string },
): Markup {
  const lines = curves.map(({ policy, points }, i) => ({
    policy,
    dx: APART * (i - (curves.length - 1) / 2),
    dash: DASHES[i % DASHES.length]!,
    points: points.flatMap(point => {
      const { median, low, high } = point.cell
      return median === null || !Number.isFinite(median)
        ? []
        : [{ images: imagesAt(point), median, low: finite(low), high: finite(high) }]
    }),
  }))
  const all = lines.flatMap(({ points }) => points)
  if (all.length === 0) return html`<p class="missing">No run is measured yet.</p>`
  const values = all.flatMap(({ median, low, high }) => [median, low ?? median, high ?? median])
  const images = [...new Set(curves.flatMap(({ points }) => points.map(imagesAt)))].sort((a, b) => a - b)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = (most - least || Math.abs(most) || 1) / 15
  const [bottom, top] = [least - room, most + room]
  const ends = lines.flatMap(({ policy, points }) =>
    points.slice(-1).map(end => ({ ...end, name: chartName(policy, NAME_LETTERS) })),
  )
  const names = apart(ends, (LETTERS_APART * (top - bottom)) / (HEIGHT - TOP - BOTTOM))
  return chart(words, {
    ...{ width: WIDTH, height: HEIGHT, marginLeft: 52, marginRight: 108, marginTop: TOP, marginBottom: BOTTOM },
    x: { domain: [0, images.at(-1)!] },
    y: { domain: [bottom, top] },
    marks: [
      gridY({ stroke: INK.line, strokeOpacity: 1, ticks: 5 }),
      axisY({ anchor: 'left', ticks: 5, label: null }),
      text([0], { frameAnchor: 'top-left', textAnchor: 'start', text: () => axis, dx: -48, dy: -20, fill: INK.text }),
      axisX(images, {
        ...{ anchor: 'bottom', tickFormat: 'd' },
        ...{ label: 'real training images', labelAnchor: 'center', labelArrow: 'none', labelOffset: 38 },
      }),
      ...lines.flatMap(({ dx, dash, points }) => [
        ruleX(
          points.filter(({ low, high }) => low !== null && high !== null),
          { x: 'images', y1: 'low', y2: 'high', stroke: INK.text, strokeWidth: 1.5, dx },
        ),
        line(points, { x: 'images', y: 'median', stroke: INK.points, strokeWidth: 1.75, strokeDasharray: dash, dx }),
        dot(points, { x: 'images', y: 'median', r: 3.5, fill: INK.points, stroke: INK.paper, strokeWidth: 0.75, dx }),
      ]),
      text(names, { x: 'images', y: 'at', text: 'name', textAnchor: 'start', dx: 18, fill: INK.text }),
    ],
  })
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

/** Where names stand beside the ends of their lines, from the lowest up, `least` apart. */
function apart<T extends { readonly median: number }>(ends: readonly T[], least: number): (T & { at: number })[] {
  let free = Number.NEGATIVE_INFINITY
  return [...ends]
    .sort((a, b) => a.median - b.median)
    .map(end => {
      const at = Math.max(end.median, free)
      free = at + least
      return { ...end, at }
    })
}
