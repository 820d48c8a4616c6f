/** How the numbers were made, in words, from the spec. */
import { type Dataset, shareOf } from '../dataset/index.ts'
import { RECIPES } from '../models/index.ts'
import { mixesOf, policyName, SCRATCH, type Scenario, type Spec, scenariosOf, usesBank } from '../study/index.ts'
import { findGenerator } from '../synthesis/index.ts'
import type { ReportContent } from './content.ts'
import { count, list, type Numbers, type Section, table } from './layout.ts'
import { type Child, html, type Markup, named } from './markup.ts'

export function methodSection({ spec, splits }: ReportContent, numbers: Numbers): Section {
  const [first] = splits
  const body = [
    html`<h3>Models</h3>\n`,
    models(spec, numbers),
    html`<h3>Scenarios</h3>\n`,
    first === undefined ? null : scenarios(spec, first, numbers),
    html`<p>${sampling(spec)}</p>\n`,
    html`<h3>Augmentation</h3>\n`,
    list(spec.policies.map(policy => html`${named(policyName(policy))}: ${policyWords(policy)}`)),
    html`<p>Training images, real and synthetic, are augmented anew in each epoch; validation images never are.</p>\n`,
    html`<h3>Training and early stopping</h3>\n<p>${training(spec)}</p>\n`,
    html`<h3>What varied between runs</h3>\n<p>${varied(spec, splits.length)}</p>\n`,
  ]
  return { id: 'method', title: 'Method', body }
}

const MODELS: Readonly<Record<Spec['models'][number], string>> = {
  cnn: "the dissertation's convolutional network",
  resnet18: 'ResNet-18',
  vit: 'ViT-B/16, a vision transformer',
}

function models(spec: Spec, numbers: Numbers): Markup {
  return table({
    number: numbers.table(),
    caption: 'Models and how each was trained.',
    head: ['model', 'what it is', 'starts from', 'input (pixels)', 'batch', 'learning rate', 'epochs at most'],
    rows: spec.models.map(model => {
      const configuration = Object.entries(spec.configuration[model] ?? {}).map(([field, value]) => `${field} ${value}`)
      const start = spec.weights[model] ?? SCRATCH
      const micro = spec.microBatch[model]
      return [
        model,
        html`${MODELS[model]}${configuration.length === 0 ? null : ` (${configuration.join(', ')})`}`,
        start === SCRATCH ? 'random weights' : html`weights ${named(start)}`,
        `${spec.size[model]} × ${spec.size[model]}`,
        `${spec.batch[model]}${micro === undefined || micro >= spec.batch[model] ? '' : `, in parts of ${micro}`}`,
        String(spec.optimizer.learningRate[model]),
        String(spec.epochs[model]),
      ]
    }),
    words: 3,
  })
}

function scenarios(spec: Spec, dataset: Dataset, numbers: Numbers): Markup {
  const totals = dataset.classes.map(
    (_, label) => dataset.images.filter(image => image.part === 'train' && image.label === label).length,
  )
  return table({
    number: numbers.table(),
    caption: html`Training images of a run by scenario and class: real + added${spec.splits > 1 ? ', on the first split' : ''}.`,
    head: ['scenario', 'added images', ...dataset.classes.map(named)],
    rows: scenariosOf(spec).map(scenario => [
      named(scenario.name),
      addedWords(scenario),
      ...mixesOf(scenario, dataset.classes).map(({ real, synthetic }, label) => {
        const added = shareOf(synthetic, totals[label]!)
        return `${shareOf(real, totals[label]!)}${added === 0 ? '' : ` + ${added}`}`
      }),
    ]),
    words: 2,
  })
}

function addedWords(scenario: Scenario): Child {
  const { generator, balance, stepsOf } = scenario
  const added = usesBank(scenario)
    ? html`synthetic, ${named(scenario.generator)}`
    : generator === null
      ? 'none'
      : 'copies of real images'
  return [
    added,
    balance === 'weights' ? '; the loss weighs classes by their counts' : null,
    balance === 'oversample' ? '; small classes are filled up with copies' : null,
    stepsOf === undefined ? null : html`; as many steps as ${named(stepsOf)}`,
  ]
}

function sampling(spec: Spec): Markup {
  const generators = [
    ...new Set(
      scenariosOf(spec)
        .filter(usesBank)
        .map(one => one.generator),
    ),
  ]
  const facts = generators.flatMap(name => {
    const summary = findGenerator(name)?.summary
    return summary === undefined ? [html` ${named(name)}: made outside this program.`] : [html` ${named(name)}: ${summary}.`]
  })
  const order =
    spec.sources === 'fixed'
      ? 'The sources of synthetic images are one seeded list, the same in every cell and run.'
      : 'Which real images are drawn, and which of them synthetic images are made from, is ordered anew for each run.'
  const leak =
    generators.length === 0
      ? null
      : html` A synthetic image enters a run only where all images it was made from are in that run's real sample.`
  const control = spec.controls
    ? html` A control replaces each synthetic image by a copy of the real image it was made from.`
    : null
  return html`${order} Run i of every cell draws in the same order, so runs of equal index are pairs.${leak}${control}${facts}`
}

function policyWords(policy: Spec['policies'][number]): string {
  if (policy === 'none') return 'images as they are'
  if (policy === 'flip') return 'each image mirrored from left to right with probability 0.5'
  if (policy === 'autoaugment') return 'AutoAugment, the ImageNet policy (Cubuk et al. 2019), on grey images'
  const flip = policy.flip > 0 ? `mirrored with probability ${policy.flip}, then ` : ''
  return `${flip}one of ${count(policy.subPolicies.length, 'sub-policy', 'sub-policies')} of the spec`
}

function training(spec: Spec): Markup {
  const warm = spec.models.filter(model => RECIPES[model].warmupEpochs > 0)
  return html`Adam on the mean cross entropy, ${spec.fineTune === 'head' ? 'of the last layer alone on frozen features' : 'of all weights'}.${warm.length === 0 ? null : html` The learning rate of ${warm.join(', ')} rises linearly over the first epoch.`} After each epoch the loss on the validation images is measured. Training stops after ${count(spec.patience, 'epoch')} in a row without a loss strictly below the best so far, or at the largest number of epochs. The weights of the best epoch are kept, and every measure is theirs.`
}

function varied(spec: Spec, splits: number): Markup {
  return html`Each cell has ${count(spec.runs, 'run')}, from seed ${spec.seed}. Between runs of a cell varied the initial weights, the order and augmentation of images, and which real images are drawn where a scenario takes a part of them${splits > 1 ? `; and the split, ${splits} of the same images` : ''}. ${splits > 1 ? null : 'The split did not vary. '}Between cells of equal index these draws are the same.`
}
