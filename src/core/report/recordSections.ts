/** What it cost, what it was made with, every run, and the spec as it is: enough to make the numbers again. */
import { significant, specJson } from '../study/index.ts'
import type { ReportContent, RunProvenance } from './content.ts'
import { count, duration, facts, type Numbers, type Section, table } from './layout.ts'
import { datum, html, named, plainJson } from './markup.ts'

export function costSection({ runs, epochs, bank, spent, spec }: ReportContent, numbers: Numbers): Section {
  const done = runs.filter(({ result }) => result !== null)
  const seconds = (of: typeof done) => of.reduce((sum, { result }) => sum + finite(result!.seconds), 0)
  const rows = spec.models.map(model => {
    const mine = done.filter(({ cell }) => cell.model === model)
    const speeds = mine.flatMap(({ id }) => (epochs.get(id) ?? []).map(one => one.imagesPerSecond)).filter(Number.isFinite)
    const speed = speeds.length === 0 ? null : speeds.reduce((a, b) => a + b, 0) / speeds.length
    return [
      model,
      datum(mine.length, String(mine.length)),
      datum(seconds(mine), duration(seconds(mine))),
      mine.length === 0 ? '·' : duration(seconds(mine) / mine.length),
      datum(speed, speed === null ? '·' : Number(speed.toPrecision(3)).toLocaleString('en')),
    ]
  })
  const dollars = bank.reduce((sum, one) => sum + one.dollars, 0)
  const body = [
    table({
      number: numbers.table(),
      caption: 'Time of finished runs. Runs that trained beside each other each count their own time.',
      head: ['model', 'runs', 'time of all', 'mean of a run', 'images/s'],
      rows,
    }),
    facts([
      ['money for the synthetic images of this dataset', money(dollars)],
      [
        'spent on services by the whole database',
        spent === null ? null : `${money(spent.dollars)} in ${count(spent.requests, 'request')}`,
      ],
    ]),
  ]
  return { id: 'cost', title: 'Cost', body }
}

export function provenanceSection({ runs, provenance, version, study, date }: ReportContent, numbers: Numbers): Section {
  const kinds = [
    ...Map.groupBy(
      runs.filter(({ id }) => provenance.has(id)),
      ({ id }) => JSON.stringify(provenance.get(id)),
    ),
  ].map(([, mine]) => ({ made: provenance.get(mine[0]!.id)!, runs: mine.length }))
  const body = [
    kinds.length === 0
      ? html`<p class="missing">No run is done yet.</p>\n`
      : table({
          number: numbers.table(),
          caption: 'What the finished runs were made with.',
          head: ['engine', 'device', 'versions', 'platform', 'runs', 'threads', 'workers'],
          rows: kinds.map(({ made, runs: n }) => [
            html`${named(made.engine)}, ${lowering(made)}`,
            named(made.device),
            named(
              [
                `mri-lab ${made.version}`,
                `Node ${made.node}`,
                ...Object.entries(made.versions).map(pair => pair.join(' ')),
              ].join(', '),
            ),
            named(made.platform),
            datum(n, String(n)),
            made.threads === null ? '·' : String(made.threads),
            made.workers === null ? '·' : String(made.workers),
          ]),
          words: 4,
        }),
    facts([
      ['study added', study.created],
      ['test images', study.evaluated === null ? 'not touched' : `measured once, ${study.evaluated}`],
      ['report', `${date}, by mri-lab ${version}`],
    ]),
    html`<p>A run's key is a hash of all that decides its numbers: data, split, model and training settings, policy, scenario, bank images, seed, index and engine.</p>
<details><summary>All runs with their keys (${runs.length})</summary>
`,
    table({
      number: numbers.table(),
      caption: 'Every run of the study.',
      head: ['run', 'cell', 'status', 'index', 'epochs', 'best', 'validation loss', 'key'],
      rows: runs.map(({ id, cell, status, index, result, key }) => [
        String(id),
        html`${cell.model}, ${named(cell.scenario)}, ${named(cell.policy)}`,
        status,
        String(index),
        result === null ? '·' : String(result.epochs),
        result === null ? '·' : String(result.bestEpoch),
        result === null
          ? '·'
          : Number.isFinite(result.validationLoss)
            ? datum(result.validationLoss, significant(result.validationLoss))
            : 'diverged',
        html`<code class="key">${key}</code>`,
      ]),
      words: 3,
      kind: 'runs',
    }),
    html`</details>\n`,
  ]
  return { id: 'provenance', title: 'Provenance', body }
}

export function specSection({ spec }: ReportContent): Section {
  const body = html`<p>The study's spec, exactly: <code>mri-lab run</code> takes it as a file.</p>
<pre tabindex="0" aria-label="spec as JSON"><code>${plainJson(specJson(spec))}</code></pre>
`
  return { id: 'spec', title: 'Spec', body }
}

function lowering({ lowering: rules }: RunProvenance) {
  return html`lowering ${named(rules)}`
}

function finite(seconds: number): number {
  return Number.isFinite(seconds) ? seconds : 0
}

function money(dollars: number): string {
  return dollars === 0 ? 'none' : `${dollars.toFixed(dollars < 1 ? 4 : 2)} USD`
}
