/** What the marks of tables and contrasts mean: the legend. */

const MEANINGS: readonly { readonly of: RegExp; readonly meaning: string }[] = [
  {
    of: /^simulated labels$/,
    meaning: 'simulated labels: a program made the labels; no number here says anything of a disease.',
  },
  { of: /^phantom/, meaning: 'phantom: nothing learned of drawn images holds for scans.' },
  { of: /^from scratch$/, meaning: 'from scratch: random initial weights, where the published model starts from ImageNet.' },
  {
    of: /^another configuration/,
    meaning: 'another configuration: a model of other width or depth than the published one.',
  },
  { of: /^the head alone/, meaning: 'the head alone is trained: the other layers keep the weights they start from.' },
  {
    of: /^generator learned/,
    meaning: 'generator learned from more than the sample: from training images that the run itself does not have.',
  },
  {
    of: /^class weights/,
    meaning: 'class weights: in the training loss all classes weigh the same in sum; validation loss is as everywhere.',
  },
  { of: /^oversampled/, meaning: 'oversampled: images of small classes are copied until each has as many as the greatest.' },
  {
    of: /^steps of /,
    meaning: "steps of another scenario: an epoch takes as many images, and so as many optimiser steps, as that one's.",
  },
  { of: /^failed runs/, meaning: 'failed runs: they have no result and count in nothing; the study can retry them.' },
  { of: /^diverged runs/, meaning: 'diverged runs: their loss is no number; each counts as the worst value there is.' },
  {
    of: /^undefined runs/,
    meaning: 'undefined runs: the metric has no value there, as where a class has no image; they are left out.',
  },
]

/** Lines that explain marks, each once; those that explain themselves have none. */
export function legendOf(marks: readonly string[]): string[] {
  return [...new Set(marks.flatMap(mark => markMeaning(mark) ?? []))]
}

/** A line that explains a mark; null where it explains itself. */
export function markMeaning(mark: string): string | null {
  return MEANINGS.find(({ of }) => of.test(mark))?.meaning ?? null
}
