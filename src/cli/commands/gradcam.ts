import { resolve } from 'node:path'
import type { ExplainedImage, Likeness, RandomisationCheck } from '../../core/explain/index.ts'
import { LabError } from '../../core/shared/errors.ts'
import { refuseUnwritable } from '../../core/shared/replaceFile.ts'
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import type { NamedPairs } from '../explainPairs.ts'
import { choice, eitherWay, text, toggle, whole } from '../options.ts'
import { alignedTable } from '../table.ts'
import type { StartedModel } from '../trainedModel.ts'

interface Asked {
  readonly class?: string | undefined
  readonly layer?: string | undefined
  readonly method?: 'gradcam' | 'rollout' | undefined
  readonly check?: boolean | undefined
  readonly out?: string | undefined
  readonly map?: string | undefined
  readonly generator?: string | undefined
}

export const gradcam = defineCommand({
  name: 'gradcam',
  summary: 'where in an image a model sees a class',
  description:
    "Grad-CAM: the layer's channels weighted by how the class's score depends on them. Writes a picture (image, map, map on " +
    "image) with --out, and the map at the layer's size with --map and --json. Beside it stands how alike the map is to those of " +
    'the same model with weights drawn anew (rank correlation, mean of 5 draws; Adebayo et al. 2018): near 0 where the map shows what was ' +
    'learned, near 1 where it shows the image whatever was learned. --method rollout follows the attention of a ViT (Abnar and Zuidema ' +
    '2020) and does not depend on the class.',
  arguments: {},
  options: {
    run: whole('ID', 'the run whose model it is', 1),
    image: text('IMAGE', 'a JPEG or PNG file, or DATASET:PART:INDEX'),
    pairs: toggle(
      'a moderate and a non-demented image of the run (else of the last and first class), each beside a synthetic one, asked about both',
    ),
    generator: text('NAME', "with --pairs: what made the synthetic ones (default: the run's, else the bank's first)"),
    class: text('NAME', 'the class asked for (default: the predicted one)'),
    layer: text('L', "where the model is looked at (default: the model's own; see 'mri-lab models NAME')"),
    method: choice(['gradcam', 'rollout'], 'how (default: gradcam)'),
    check: eitherWay('compare with the maps of models with weights drawn anew (default)'),
    out: text('FILE.png', 'write the picture'),
    map: text('FILE.npy', 'write the map for NumPy'),
  },
  examples: [
    { line: 'mri-lab gradcam --run 7 --image sample:validation:3 --out map.png', says: 'A picture of what run 7 looks at' },
    {
      line: 'mri-lab gradcam --run 7 --image scan.png --class ModerateDemented --json',
      says: 'The map of another class, as numbers',
    },
    { line: 'mri-lab gradcam --run 7 --pairs --out pairs.png', says: "The dissertation's figures, from one's own data" },
  ],
  async action(context, _, { run, image, pairs = false, ...asked }) {
    if (run === undefined || pairs === (image !== undefined))
      throw new LabError('usage', 'gradcam: give --run ID, and --image IMAGE or --pairs')
    if (pairs && (asked.class !== undefined || asked.map !== undefined))
      throw new LabError(
        'usage',
        'gradcam: --pairs asks about both classes and writes one sheet: give no --class and no --map',
      )
    if (!pairs && asked.generator !== undefined) throw new LabError('usage', 'gradcam: --generator goes with --pairs')
    for (const file of [asked.out, asked.map]) if (file !== undefined) refuseUnwritable(resolve(context.cwd, file))
    const { modelOfRun } = await import('../trainedModel.ts')
    const trained = await modelOfRun(context, run)
    try {
      if (image === undefined) await explainRun(context, trained, run, asked)
      else await explainOne(context, trained, run, image, asked)
    } finally {
      await trained.release()
    }
  },
})

async function explainOne(context: Context, trained: StartedModel, run: number, image: string, asked: Asked): Promise<void> {
  const { explainImage, writePictures } = await import('../explainImage.ts')
  const explained = await explainImage(context, trained, image, { ...asked, check: asked.check ?? true })
  await writePictures(context, explained, asked)
  const { answer, map, layer, method, randomised } = explained
  const { height, width, empty } = map
  const record = {
    run,
    image,
    class: explained.class,
    layer,
    height,
    width,
    map: Array.from(map.map),
    empty,
    probabilities: answer.probabilities,
    method,
    randomised,
  }
  const about =
    method === 'rollout' ? 'attention rollout, the same for every class' : `map of ${explained.class} at ${layer}`
  context.result(record, () =>
    [
      `run ${run}, ${image}: predicted ${answer.class} (${formatNumber(answer.probabilities[answer.class])})`,
      `${about}, ${height} x ${width}${empty ? ': empty, no place speaks for this class' : ''}`,
      ...(randomised === null ? [] : [checkLine(randomised)]),
      ...[asked.out, asked.map].flatMap(file => (file === undefined ? [] : [`wrote ${file}`])),
    ].join('\n'),
  )
}

function checkLine({ all, head, draws }: RandomisationCheck): string {
  const number = (value: number | null) => (value === null ? 'no map to compare with' : value.toFixed(2))
  return `rank correlation with the maps of ${draws} models with weights drawn anew: ${number(all)}; with the last layer alone drawn anew: ${number(head)}`
}

async function explainRun(context: Context, trained: StartedModel, run: number, asked: Asked): Promise<void> {
  const { pairsOfRun, writeSheet } = await import('../explainPairs.ts')
  const found = await pairsOfRun(context, trained, run, asked)
  if (asked.out !== undefined) await writeSheet(context, found, trained, run, asked.out)
  context.result(pairsRecord(run, found, asked.method ?? 'gradcam'), () => {
    const columns = [{ title: 'image' }, { title: 'class' }, { title: 'predicted' }, ...NUMBERS.map(right)]
    const rows = imagesOf(found).map(({ label, image }) => [
      image.name,
      label,
      image.answer.class,
      ...likenessCells(image.betweenClasses),
    ])
    return [
      `run ${run}, ${trained.model.name} at ${found.layer}: maps of ${found.targets.join(' and ')}`,
      alignedTable(columns, rows),
      'How alike the maps of the two classes are: rank correlation, and intersection over union of their top fifths.',
      ...besideLines(found),
      ...found.notes,
      ...(asked.out === undefined ? [] : [`wrote ${asked.out}`]),
    ].join('\n')
  })
}

/** How alike the maps of a real and of its synthetic image are. */
function besideLines({ pairs, targets }: NamedPairs): string[] {
  return pairs.flatMap(({ label, realSynthetic }) =>
    (realSynthetic ?? []).map((alike, i) => {
      const [rank, top] = likenessCells(alike)
      return `real beside synthetic ${label}, maps of ${targets[i]}: rank correlation ${rank}, top overlap ${top}`
    }),
  )
}

const NUMBERS = ['rank correlation', 'top overlap']
const right = (title: string) => ({ title, align: 'right' as const })

function likenessCells({ spearman, topOverlap }: Likeness): string[] {
  return [spearman, topOverlap].map(value => (value === null ? '-' : value.toFixed(2)))
}

function imagesOf({ pairs }: NamedPairs): { label: string; image: ExplainedImage }[] {
  return pairs.flatMap(({ label, real, synthetic }) =>
    [real, synthetic].flatMap(image => (image === null ? [] : [{ label, image }])),
  )
}

function pairsRecord(run: number, { pairs, targets, layer, notes }: NamedPairs, method: string) {
  const imageRecord = ({ name, answer, maps, betweenClasses }: ExplainedImage) => ({
    image: name,
    predicted: answer.class,
    probabilities: answer.probabilities,
    maps: maps.map(({ height, width, map, empty }, i) => ({
      class: targets[i],
      height,
      width,
      map: Array.from(map),
      empty,
    })),
    betweenClasses,
  })
  return {
    run,
    layer,
    method,
    classes: targets,
    pairs: pairs.map(({ label, real, synthetic, realSynthetic }) => ({
      class: label,
      real: imageRecord(real),
      synthetic: synthetic === null ? null : imageRecord(synthetic),
      realSynthetic: realSynthetic?.map((alike, i) => ({ class: targets[i], ...alike })) ?? null,
    })),
    notes,
  }
}
