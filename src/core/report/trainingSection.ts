/** How the runs were trained: their losses over the epochs, what they confuse, and those that failed or diverged. */
import { type Cell, type Run, significant } from '../study/index.ts'
import type { ReportContent } from './content.ts'
import { count, figure, list, type Numbers, type Section, table } from './layout.ts'
import { curveRange, lossCurves } from './lossCurves.ts'
import { breakable, type Child, datum, html, type Markup, named, namedList } from './markup.ts'

export function trainingSection(content: ReportContent, numbers: Numbers): Section {
  const cells = cellsWith(content)
  const body = [
    ...troubles(content),
    html`<h3>Loss curves</h3>\n`,
    ...content.spec.models.map(model => curves(content, model, cells, numbers)),
  ]
  return { id: 'training', title: 'Training', body }
}

export function confusionSection(content: ReportContent, numbers: Numbers): Section {
  const cells = cellsWith(content)
  const matrices = cells.flatMap(({ cell, runs }) => {
    const done = runs.filter(({ result }) => result !== null && Number.isFinite(result.validationLoss))
    return done.length === 0 ? [] : [matrix(cell, done, numbers)]
  })
  const body =
    matrices.length === 0
      ? html`<p class="missing">No run is done yet.</p>\n`
      : html`<p>Validation images by true class (rows) and predicted class (columns), summed over all finished runs of a cell that did not diverge. The shade and the per cent are shares of the row.</p>
<div class="grid matrices">${matrices}</div>
`
  return { id: 'confusion', title: 'Confusion matrices', body }
}

interface CellRuns {
  readonly cell: Cell
  readonly runs: readonly Run[]
}

/** Every cell of the tables, in their order. */
export function cellsWith({ tables, runs }: Pick<ReportContent, 'tables' | 'runs'>): CellRuns[] {
  const key = ({ model, policy, scenario }: Cell) => JSON.stringify([model, policy, scenario])
  const byCell = Map.groupBy(runs, run => key(run.cell))
  return (tables[0]?.rows ?? []).flatMap(({ model, scenario, cells }) =>
    cells.map(({ policy }) => {
      const cell = { model, policy, scenario }
      return { cell, runs: byCell.get(key(cell)) ?? [] }
    }),
  )
}

function troubles({ runs, notesOfRuns }: ReportContent): Child[] {
  const failed = runs.filter(({ status }) => status === 'failed')
  const diverged = runs.filter(({ result }) => result !== null && !Number.isFinite(result.validationLoss))
  const where = ({ id, cell, index }: Run) =>
    html`run ${id} (${cell.model}, ${named(cell.scenario)}, ${named(cell.policy)}, number ${index})`
  return [
    failed.length + diverged.length > 0 ? null : html`<p>No run failed and none diverged.</p>\n`,
    failed.length === 0 ? null : html`<h3>Failed runs</h3>\n<p>They have no result and count in nothing.</p>\n`,
    list(failed.map(run => html`${where(run)}: ${named(run.error ?? 'no cause is known')}`)),
    diverged.length === 0
      ? null
      : html`<h3>Diverged runs</h3>\n<p>Their loss is no number; each counts as the worst value there is.</p>\n`,
    list(
      diverged.map(run => {
        const at = run.result?.diverged
        return html`${where(run)}${at === undefined ? null : html`: at step ${at.step}, epoch ${at.epoch}; ${at.hint}`}`
      }),
    ),
    notesOfRuns.length === 0 ? null : html`<h3>Notes on runs</h3>\n`,
    list(notesOfRuns.map(({ run, text }) => html`run ${run}: ${named(text)}`)),
  ]
}

function curves({ epochs }: ReportContent, model: string, cells: readonly CellRuns[], numbers: Numbers): Markup {
  const mine = cells
    .filter(({ cell }) => cell.model === model)
    .map(({ cell, runs }) => ({
      cell,
      curves: runs.flatMap(({ id, result }) => {
        const all = epochs.get(id) ?? []
        return all.length === 0 ? [] : [{ run: id, epochs: all, bestEpoch: result?.bestEpoch ?? null }]
      }),
    }))
  const range = curveRange(mine.flatMap(one => one.curves))
  const number = numbers.figure()
  const charts = mine.map(({ cell, curves: drawn }, i) => {
    const best = drawn.flatMap(({ bestEpoch }) => bestEpoch ?? []).sort((a, b) => a - b)
    const name = `${cell.scenario}, ${cell.policy}`
    const words = {
      id: `${number.replace(' ', '-').toLowerCase()}-${i + 1}`,
      title: `${model}, ${name}: loss over epochs`,
      description:
        `${count(drawn.length, 'run')}; ` +
        (best.length === 0 ? 'none is done' : `best epochs from ${best[0]} to ${best.at(-1)}`),
    }
    return html`<div class="cell"><h4>${named(name)}</h4>${lossCurves(words, drawn, range)}</div>\n`
  })
  return figure(
    number,
    html`${model}: loss over the epochs of every run, on training images (dashed) and on validation images (solid). Dots mark the best epoch, whose weights are kept; crosses mark where a run stopped. All panels share their axes.${range.cut ? ` Losses above ${significant(range.loss)} are drawn at the upper edge.` : null}`,
    html`<div class="grid">${charts}</div>`,
    'full',
  )
}

function matrix(cell: Cell, runs: readonly Run[], numbers: Numbers): Markup {
  const classes = runs[0]!.result!.perClass.map(score => score.class)
  const sums = classes.map((_, t) =>
    classes.map((_, p) => runs.reduce((sum, run) => sum + (run.result!.confusion[t]?.[p] ?? 0), 0)),
  )
  return table({
    number: numbers.table(),
    caption: html`${cell.model}, ${namedList([cell.scenario, cell.policy])}: ${count(runs.length, 'run')}.`,
    head: ['true \\ predicted', ...classes.map(breakable)],
    rows: sums.map((row, t) => {
      const total = row.reduce((sum, n) => sum + n, 0)
      return [
        breakable(classes[t]!),
        ...row.map(n => {
          const share = total === 0 ? 0 : n / total
          return html`<span class="shade" style="--share: ${Math.round(100 * share)}%">${datum(n, n.toLocaleString('en'))}<small>${Math.round(100 * share)} %</small></span>`
        }),
      ]
    }),
    kind: 'confusion',
  })
}
