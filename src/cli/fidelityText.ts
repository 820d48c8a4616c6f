/** `synth fidelity` for people: the numbers, and what each means in a plain line. */
import type { Fidelity, FidelityRow } from '../core/synthesis/index.ts'
import { alignedTable } from './table.ts'

type Measured = { readonly low: number; readonly high: number } | null

export function describeFidelity(fidelity: Fidelity): string {
  const { dataset, generator, split, featureSpace, synthetic, nearest } = fidelity
  const table = (...columns: (keyof typeof COLUMNS)[]) => measuresTable(fidelity, columns)
  const run = featureSpace.run
  return [
    `${dataset} · ${generator} · ${count(nearest.images, 'synthetic image')} beside the training images of the ${split} split`,
    `feature space: ${featureSpace.name}`,
    `lines 'real images' compare the validation images in the same way: what images as good as real ones reach; 95 % intervals in brackets`,
    '',
    table('kid', 'precision', 'recall'),
    '',
    table('density', 'coverage', 'detector'),
    '',
    ...(run === null ? [] : [table('agreement', 'unseen'), '']),
    ...nearestLines(fidelity),
    '',
    'KID: kernel distance between the two sets of images in this feature space; 0 is alike, a little below 0 too. It compares with no number from another feature space.',
    `precision: share of these images that lie among real ones; recall: share of real ones that lie among these (each ball reaches to neighbour ${fidelity.neighbours}).`,
    'density: as precision, but counts how many real neighbourhoods an image lies in; coverage: share of real images with one of these in their neighbourhood. About as high as for real images is good.',
    'detector: area under the ROC curve of a regression that tells these images from training images, asked about images whose sources it has not seen; 0.5 is chance, 1 always.',
    ...(run === null
      ? [
          `The feature space is coarse: 'mri-lab synth fidelity ... --run ID' looks with a trained classifier instead, and adds its agreement with the labels.`,
        ]
      : [
          `agreement: share that run ${run}, trained on real images, takes for their label; from unseen sources: of the images made from none of its training images. Variations of images that it learned from agree easily.`,
        ]),
    ...(run !== null && synthetic.every(row => row.unseen === null)
      ? [
          `Run ${run} learned from a source or neighbour of each: a run of another number that holds fewer real images would tell of unseen ones.`,
        ]
      : []),
    ...groupsLine(fidelity),
    ...shortcutLine(fidelity, synthetic),
  ].join('\n')
}

/** Subjects that nobody told apart. */
function groupsLine({ groups }: Fidelity): string[] {
  if (groups !== null && groups !== 'duplicates') return []
  return [
    'Which images are of one subject is not known: intervals are too narrow where there are several, and the detector can know a subject again.',
  ]
}

/** Classes with synthetic images and classes without: what a classifier can learn from that. */
function shortcutLine({ classesWithout }: Fidelity, synthetic: readonly FidelityRow[]): string[] {
  const classes = synthetic.flatMap(row => row.class ?? [])
  if (classesWithout.length === 0) return []
  const told = synthetic.some(row => row.detector !== null && row.detector.low > 0.5)
  const how = told
    ? 'they can be told from real ones, so a classifier can learn'
    : 'a classifier that can tell them apart learns'
  return [
    `! Only ${classes.join(' and ')} ${classes.length === 1 ? 'has' : 'have'} synthetic images: ${how} 'synthetic means ${classes.join(' or ')}'; compare with the control.`,
  ]
}

function nearestLines({ nearest }: Fidelity): string[] {
  const { images, thresholds, copiesOfParents, copiesOfOthers, withParents, nearerToValidation } = nearest
  const { correlation, ssim } = thresholds
  const limits =
    correlation === null || ssim === null
      ? 'no threshold: there is one training image'
      : `above correlation ${correlation.toFixed(3)} or SSIM ${ssim.toFixed(3)}, which 1 % of real training images exceed among themselves`
  return [
    `copies of other images: ${copiesOfOthers} of ${images} are nearer to a training image that they were not made from than real images are to each other (${limits}); any speaks of a generator that gives back what it learned`,
    `near what they were made from: ${copiesOfParents} of ${images}, by the same measure; a variation may be: the more of them, the less is new`,
    withParents === 0
      ? 'nearer to a validation image than to their parents: cannot be said, no parents or no validation images are known'
      : `nearer to a validation image than to their parents: ${nearerToValidation.correlation} of ${withParents} by correlation, ${nearerToValidation.ssim} by SSIM; many would speak of a leak, or of images far from their parents`,
  ]
}

const COLUMNS = {
  kid: { title: 'KID', of: row => interval(row.kid?.value, row.kid, 3) },
  precision: { title: 'precision', of: row => interval(row.precision?.value, row.precision) },
  recall: { title: 'recall', of: row => interval(row.recall?.value, row.recall) },
  density: { title: 'density', of: row => interval(row.density?.value, row.density) },
  coverage: { title: 'coverage', of: row => interval(row.coverage?.value, row.coverage) },
  detector: { title: 'detector AUC', of: row => interval(row.detector?.auc, row.detector) },
  agreement: { title: 'agreement', of: row => interval(row.agreement?.share, row.agreement) },
  unseen: { title: 'from unseen sources', of: row => interval(row.unseen?.share, row.unseen) },
} satisfies Record<string, { title: string; of: (row: FidelityRow) => string }>

function measuresTable({ synthetic, validation }: Fidelity, columns: readonly (keyof typeof COLUMNS)[]): string {
  const lines = synthetic.flatMap(row => {
    const asGood = validation.find(one => one.class === row.class)
    const cells = (one: FidelityRow, name: string) => [
      name,
      String(one.real),
      String(one.images),
      ...columns.map(column => COLUMNS[column].of(one)),
    ]
    return [
      cells(row, row.class ?? 'all of these'),
      ...(asGood === undefined ? [] : [cells(asGood, row.class === null ? '  real images, all' : '  real images')]),
    ]
  })
  const right = (title: string) => ({ title, align: 'right' as const })
  return alignedTable(
    [{ title: 'class' }, right('training'), right('images'), ...columns.map(column => right(COLUMNS[column].title))],
    lines,
  )
}

function interval(value: number | undefined, measured: Measured, digits = 2): string {
  if (value === undefined || measured === null) return ''
  const [low, high] = [measured.low, measured.high].map(number => number.toFixed(digits))
  return `${value.toFixed(digits)} [${low}, ${high}]`
}

function count(n: number, words: string): string {
  return `${n} ${words}${n === 1 ? '' : 's'}`
}
