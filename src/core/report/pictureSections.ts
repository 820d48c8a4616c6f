/** Images: real ones, synthetic ones beside what they were made from, and what models look at. */
import type { BankSummary, EmbeddedImage, ModelMaps, ReportContent } from './content.ts'
import { count, figure, list, type Numbers, type Section, table } from './layout.ts'
import { breakable, type Child, datum, html, type Markup, named } from './markup.ts'

function picture({ address, width, height }: EmbeddedImage, words: string): Markup {
  return html`<img src="${address}" width="${width}" height="${height}" alt="${words}">`
}

/** Real training images by class; nothing where there are none. */
export function realImages({ pictures }: ReportContent, numbers: Numbers): Child {
  if (pictures.real.length === 0) return null
  const rows = pictures.real.map(
    ({
      class: name,
      total,
      images,
    }) => html`<div class="strip"><h4>${named(name)} <small>${count(total, 'training image')}</small></h4>
<div class="images">${images.map((image, i) => picture(image, `${name}, real image ${i + 1}`))}</div></div>
`,
  )
  return [
    html`<h3>Real images</h3>\n`,
    figure(
      numbers.figure(),
      'Training images of each class, drawn by a seeded order, each of another group as long as there are such.',
      rows,
      'full',
    ),
  ]
}

export function syntheticSection({ bank, pictures }: ReportContent, numbers: Numbers): Section {
  const body = [
    bank.length === 0 ? html`<p>The study uses no synthetic images.</p>\n` : null,
    ...bank.map(one => [stock(one), beside(one.generator, pictures.synthetic, numbers), fidelity(one, numbers)]),
  ]
  return { id: 'synthetic', title: 'Synthetic images', body }
}

function stock({ generator, images }: BankSummary): Markup {
  const total = images.reduce((sum, one) => sum + one.count, 0)
  return html`<h3>${named(generator)}</h3>
<p>The bank holds ${count(total, 'image')}: ${images.map(({ class: name, count: n }, i) => html`${i === 0 ? null : ', '}${n.toLocaleString('en')} of ${named(name)}`)}.</p>
`
}

function beside(generator: string, all: ReportContent['pictures']['synthetic'], numbers: Numbers): Child {
  const mine = all.filter(one => one.generator === generator)
  if (mine.length === 0) return null
  const rows = mine.map(
    ({ class: name, pairs }) => html`<div class="strip"><h4>${named(name)}</h4>
<div class="images">${pairs.map(
      ({ real, synthetic }, i) =>
        html`<span class="pair">${real === null ? null : picture(real, `${name}, real image ${i + 1}`)}${picture(synthetic, `${name}, synthetic image ${i + 1}${real === null ? '' : ', made from the real one before it'}`)}</span>`,
    )}</div></div>
`,
  )
  return figure(
    numbers.figure(),
    html`Synthetic images by ${named(generator)}, each on the right of the real image it was made from, drawn by a seeded order.`,
    rows,
    'full',
  )
}

const MEASURES = ['kid', 'precision', 'recall', 'density', 'coverage', 'detector'] as const

function fidelity({ generator, fidelity: found }: BankSummary, numbers: Numbers): Child {
  if (found === null)
    return html`<p class="missing">How like real images they are was not measured: <code>mri-lab synth fidelity</code> does.</p>\n`
  const row = (name: Child, one: (typeof found.synthetic)[number]) => [
    name,
    datum(one.images, String(one.images)),
    ...MEASURES.map(measure => {
      const value = one[measure]
      if (value === null) return '·'
      const middle = 'auc' in value ? value.auc : value.value
      const digits = measure === 'kid' ? 3 : 2
      return html`${datum(middle, middle.toFixed(digits))} <span class="interval">[${value.low.toFixed(digits)}, ${value.high.toFixed(digits)}]</span>`
    }),
  ]
  const { nearest } = found
  return [
    table({
      number: numbers.table(),
      caption: html`How like real images those by ${named(generator)} are, with 95 % intervals, beside real validation images compared in the same way. Feature space: ${found.featureSpace.name}.`,
      head: ['class', 'images', 'KID', 'precision', 'recall', 'density', 'coverage', 'detector AUC'],
      rows: found.synthetic.flatMap(one => {
        const real = found.validation.find(other => other.class === one.class)
        const name = one.class === null ? 'all' : named(one.class)
        return [row(name, one), ...(real === undefined ? [] : [row(html`${name}, real`, real)])]
      }),
      kind: 'fidelity',
    }),
    list(
      [
        'KID: kernel distance between the two sets in this feature space; 0 is alike. It compares with no number from another feature space.',
        'Precision: share of these images among real ones; recall: share of real ones among these; density and coverage count neighbourhoods in the same two ways.',
        'Detector AUC: how well a regression tells these images from real ones; 0.5 is chance.',
        `Copies of other images: ${nearest.copiesOfOthers} of ${nearest.images} are nearer to a training image that they were not made from than real images are to each other; ${nearest.copiesOfParents} are so near to their own source.`,
      ],
      'notes',
    ),
  ]
}

export function mapSection({ pictures }: ReportContent, numbers: Numbers): Section {
  const body = [
    pictures.maps.length === 0
      ? html`<p class="missing">No maps are shown.</p>\n`
      : html`<p>Grad-CAM (Selvaraju et al. 2017): places of a layer whose activity speaks for a class, from none (dark violet) to most (yellow), over the image. Each map is stretched from 0 to 1 by itself, so maps compare in place, not in strength. That a place is bright does not say that it matters to a disease.</p>\n`,
    ...pictures.maps.map(one => mapsOf(one, numbers)),
    list(pictures.missing.map(named)),
  ]
  return { id: 'maps', title: 'What the models look at', body }
}

function mapsOf({ model, run, cell, layer, targets, notes, images, alike }: ModelMaps, numbers: Numbers): Markup {
  const rows = images.map(
    one => html`<div class="strip"><h4>${one.kind} ${named(one.class)} <small>predicted ${named(one.predicted)}</small></h4>
<div class="images"><span class="map">${picture(one.image, `${one.kind} image of ${one.class}`)}<small>the image</small></span>${one.maps.map(
      (map, i) =>
        html`<span class="map">${picture(map.picture, `${one.kind} image of ${one.class} under the map of ${targets[i]}`)}<small>${breakable(targets[i]!)} ${map.probability.toFixed(3)}${map.empty ? ', empty' : ''}</small></span>`,
    )}</div></div>
`,
  )
  return html`<h3>${named(model)}</h3>
${figure(numbers.figure(), html`Run ${run} (${named(cell)}) at layer ${named(layer)}: each image, and the maps of ${targets.map((target, i) => html`${i === 0 ? null : ' and '}${named(target)}`)} with the class's probability. ${images.some(one => one.maps.some(map => map.empty)) ? 'An empty map: no place speaks for this class. ' : null}${notes.map(note => html`${named(note)} `)}`, html`<div class="maps">${rows}</div>`, 'full')}${list(
  alike.map(
    ({ class: name, target, rank }) =>
      html`Maps of ${named(target)} on the real and on the synthetic ${named(name)} image: rank correlation ${rank === null ? 'not defined' : datum(rank, rank.toFixed(2))}`,
  ),
)}`
}
