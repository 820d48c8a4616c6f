/** The study's medians, as `tables` gives them, and every run behind them. */
import {
  type CurvePoint,
  imagesOf,
  type LearningCurve,
  learningCurves,
  METRIC_NAMES,
  NOT_FOR_DIAGNOSIS,
  ownMarks,
  scoreOf,
  significant,
  type Table,
  type TableCell,
  tableNotes,
} from '../study/index.ts'
import type { ReportContent } from './content.ts'
import { figure, list, type Numbers, type Section, table } from './layout.ts'
import { learningCurveChart } from './learningCurveChart.ts'
import { type Child, datum, html, type Markup, named } from './markup.ts'
import { rowsChart } from './rowsChart.ts'

export function tableSection(content: ReportContent, numbers: Numbers): Section {
  const said = new Set<string>()
  const notesOf = (one: Table): Markup | null => {
    const fresh = tableNotes(one).filter(note => note !== NOT_FOR_DIAGNOSIS && !said.has(note))
    for (const note of fresh) said.add(note)
    return list(fresh, 'notes')
  }
  const first = content.tables.filter(one => one.metric === content.metric)
  const others = content.tables.filter(one => one.metric !== content.metric)
  const body = [
    html`<p>Each cell gives the median of its runs, its exact distribution-free interval in brackets, the number of runs n and the interquartile mean (IQM). A star refers to the notes below a table.</p>\n`,
    ...first.flatMap(one => [
      html`<h3>${heading(one)}</h3>\n`,
      ...modelsOf(one).map(model => medians(one, model, numbers)),
      notesOf(one),
      ...modelsOf(one).map(model => strips(content, one, model, numbers)),
      ...learning(content, one, numbers),
    ]),
    others.length === 0 ? null : html`<h3>Other measures</h3>\n`,
    ...others.flatMap(one => [...modelsOf(one).map(model => medians(one, model, numbers)), notesOf(one)]),
  ]
  return { id: 'results', title: 'Results by cell', body }
}

function heading({ metric, on }: Table): string {
  return `${on === 'validation' ? 'Validation' : 'Test'} ${METRIC_NAMES[metric].title}`
}

function modelsOf({ rows }: Table): string[] {
  return [...new Set(rows.map(({ model }) => model))]
}

function medians(one: Table, model: string, numbers: Numbers): Markup {
  const rows = one.rows.filter(row => row.model === model)
  return table({
    number: numbers.table(),
    caption: html`${model}: ${one.on} ${METRIC_NAMES[one.metric].title}, by scenario and augmentation policy.`,
    head: ['scenario', ...(rows[0]?.cells ?? []).map(({ policy }) => named(policy))],
    rows: rows.map(({ scenario, cells }) => [named(scenario), ...cells.map(cell => medianCell(one, cell))]),
    kind: 'medians',
  })
}

function medianCell(one: Table, cell: TableCell): Child {
  const star = ownMarks(one, cell).length > 0 ? '*' : ''
  if (cell.median === null)
    return html`<span class="median">·${star}</span> <span class="n">n = ${datum(cell.n, String(cell.n))}</span>`
  const number = (value: number | null) => datum(value, significant(value))
  return html`<span class="median">${number(cell.median)}${star}</span>
<span class="interval">${cell.low === null ? 'no interval' : html`[${number(cell.low)}, ${number(cell.high)}]`}</span>
<span class="n">n = ${datum(cell.n, String(cell.n))}</span>
<span class="n">IQM ${number(cell.interquartileMean)}</span>
${cell.published === null ? null : html`<span class="published">published ${number(cell.published)}</span>`}`
}

function strips({ runs, spec }: ReportContent, one: Table, model: string, numbers: Numbers): Markup {
  const { metric, on } = one
  const name = METRIC_NAMES[metric].title
  const rows = one.rows
    .filter(row => row.model === model)
    .flatMap(({ scenario, cells }) =>
      cells.map(({ policy, median, low, high }) => {
        const mine = runs.filter(
          ({ cell, status }) =>
            status === 'done' && cell.model === model && cell.policy === policy && cell.scenario === scenario,
        )
        const values = mine.map(run => scoreOf(run, metric, on)).filter(value => value !== null)
        return { heading: scenario, label: policy, values, median, low, high }
      }),
    )
  const number = numbers.figure()
  const words = {
    id: number.replace(' ', '-').toLowerCase(),
    title: `${model}: ${on} ${name} of every run`,
    description: rows
      .map(
        ({ heading: scenario, label, values, median }) =>
          `${scenario}, ${label}: ${values.length} runs, median ${significant(median)}`,
      )
      .join('; '),
  }
  return figure(
    number,
    html`${model}: ${on} ${name} of every run (points), median (upright bar) and its 95 % interval (line). ${spec.runs < 6 ? 'There is no interval below 6 runs.' : null}`,
    rowsChart(words, rows, { axis: `${on} ${name}` }),
    'wide',
  )
}

function learning({ spec, splits }: ReportContent, one: Table, numbers: Numbers): Markup[] {
  const dataset = splits[0]!
  const curves = learningCurves(spec, dataset.classes, one)
  const images = ({ scenario }: CurvePoint): number => imagesOf(scenario, dataset)
  return [...Map.groupBy(curves, ({ model }) => model)].map(([model, mine]) => {
    const { title } = METRIC_NAMES[one.metric]
    const number = numbers.figure()
    const words = {
      id: number.replace(' ', '-').toLowerCase(),
      title: `${model}: ${one.on} ${title} by real training images`,
      description: mine.map(curve => curveWords(curve, images)).join('; '),
    }
    return figure(
      number,
      html`${model}: median ${one.on} ${title} of runs on a part of the real training images, with its 95 % interval. No synthetic images.`,
      learningCurveChart(words, mine, { images, axis: title }),
    )
  })
}

function curveWords({ policy, points }: LearningCurve, images: (point: CurvePoint) => number): string {
  const words = points.map(
    point => `${images(point)} images, median ${significant(point.cell.median)}, ${point.cell.n} runs`,
  )
  return `${policy}: ${words.join(', ')}`
}
