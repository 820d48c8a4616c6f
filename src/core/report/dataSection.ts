/** The data: how many images, how they are divided, and what is wrong with them. */
import { type Dataset, PARTS } from '../dataset/index.ts'
import type { ReportContent } from './content.ts'
import { count, facts, list, type Numbers, type Section, table } from './layout.ts'
import { type Child, datum, html, type Markup, named } from './markup.ts'
import { realImages } from './pictureSections.ts'

export function dataSection(content: ReportContent, numbers: Numbers): Section {
  const { splits, spec, audit, warnings } = content
  const [first] = splits
  if (first === undefined)
    return { id: 'data', title: 'Data', body: html`<p class="missing">The dataset is not there any more.</p>\n` }
  const groups = new Set(first.images.map(image => image.group ?? image.id)).size
  const body = [
    counts(first, splits.length, numbers),
    facts([
      ['dataset', named(first.name)],
      ['fingerprint', html`<code>${first.fingerprint}</code>`],
      [
        'split',
        html`${spec.split}${splits.length > 1 ? `, ${splits.length} of them: run i of every cell stands on number i mod ${splits.length}` : ''}${spec.split === 'parity' ? ": the source's own parts" : `, ${percent(first.split.validationFraction)} validation, ${percent(first.split.testFraction)} test, seed ${first.split.seed}`}`,
      ],
      [
        'groups',
        audit === null
          ? first.groups === undefined
            ? null
            : count(groups, 'group')
          : html`${count(audit.groups.count, 'group')} by ${named(audit.groups.by)}; ${audit.groups.acrossSplits} in more than one part`,
      ],
      ['origin', first.source?.origin === undefined ? null : named(first.source.origin)],
      ['licence', first.source?.licence === undefined ? null : named(first.source.licence)],
      [
        'left out',
        first.rejected.length === 0 ? null : `${count(first.rejected.length, 'file')} that could not be read as images`,
      ],
      ['labels', first.simulatedLabels ? 'simulated: a program made them; no number here says anything of a disease' : null],
      ['images', first.phantom === true ? 'drawn by a program, for teaching' : null],
    ]),
    html`<h3>Audit</h3>\n`,
    warnings.length === 0 && audit !== null ? html`<p>Nothing was found that would make a result false.</p>\n` : null,
    audit === null ? html`<p class="missing">The data could not be audited.</p>\n` : null,
    list(
      warnings.map(warning => named(`${warning.charAt(0).toUpperCase()}${warning.slice(1)}.`)),
      'warnings',
    ),
    audit === null ? null : auditFacts(audit),
    realImages(content, numbers),
  ]
  return { id: 'data', title: 'Data', body }
}

function counts({ classes, images }: Dataset, splits: number, numbers: Numbers): Markup {
  const unused = images.some(({ part }) => part === 'unused')
  const parts = [...PARTS, ...(unused ? (['unused'] as const) : [])]
  const of = (label: number | null, part: string) =>
    images.filter(image => (label === null || image.label === label) && image.part === part).length
  const row = (name: Child, label: number | null) => [
    name,
    ...parts.map(part => datum(of(label, part), of(label, part).toLocaleString('en'))),
  ]
  return table({
    number: numbers.table(),
    caption: html`Images of each class, in the order of severity, by part${splits > 1 ? ' of the first split' : ''}.${unused ? " Unused images are of the source's test part, which parity leaves out." : null}`,
    head: ['class', ...parts],
    rows: [...classes.map((name, label) => row(named(name), label)), row('all', null)],
  })
}

function auditFacts(audit: NonNullable<ReportContent['audit']>): Markup {
  const { neighbours } = audit
  const shown = (value: number | null) => (value === null ? null : datum(value, value.toFixed(3)))
  return facts([
    ['pairs of the same file', String(audit.exactDuplicates)],
    ['pairs nearly the same', String(audit.nearDuplicates)],
    ['of these in two parts', String(audit.acrossSplits)],
    ['of these with two labels', String(audit.labelConflicts)],
    [
      'class frequencies alone',
      audit.baselineAccuracy === null
        ? null
        : html`accuracy ${shown(audit.baselineAccuracy)}${audit.baselineLoss === null ? null : html`, cross entropy ${shown(audit.baselineLoss)} nats`}`,
    ],
    [
      "the most similar training image's label",
      neighbours.accuracy === null
        ? null
        : html`accuracy ${shown(neighbours.accuracy)}${neighbours.grouped === null ? null : html`; ${shown(neighbours.grouped)} where groups are held together: what lies between may be a leak`}`,
    ],
  ])
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`
}
