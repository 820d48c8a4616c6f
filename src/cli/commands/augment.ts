import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { argument, choice, text, toggle, whole } from '../options.ts'

export const augment = defineCommand({
  name: 'augment',
  summary: 'an image under an operation of AutoAugment, or as a policy draws',
  description:
    "Writes an 8-bit grey PNG. --op gives the operation's own pixels, those of torchvision's AutoAugment on a grey PIL image. --policy gives what training " +
    'would see: one draw as it is, several as a labelled sheet. --each is a sheet of the image under each operation, of the policy or of all.',
  arguments: { image: argument('IMAGE', 'a JPEG or PNG file, or DATASET:PART:INDEX') },
  options: {
    op: text('NAME', 'Rotate, Equalize, ...; case does not matter'),
    magnitude: whole('0..9', 'how much, where the operation takes it', 0, 9),
    sign: choice(['-1', '1'], 'which way, where it has two'),
    policy: text('P', 'none, flip, autoaugment, or SPEC.json:NAME for one that a spec writes out'),
    seed: whole('N', 'what the draws come from (default: 1)'),
    count: whole('K', 'how many draws (default: 1)', 1, 100),
    each: toggle('each operation once, labelled'),
    out: text('FILE.png', 'where the picture goes'),
  },
  examples: [
    {
      line: 'mri-lab augment scan.png --op Rotate --magnitude 5 --sign -1 --out rotated.png',
      says: 'Clockwise by 16.7 degrees',
    },
    {
      line: 'mri-lab augment sample:train:3 --policy autoaugment --seed 1 --count 12 --out draws.png',
      says: 'Twelve draws of a policy',
    },
    { line: 'mri-lab augment scan.png --each --out operations.png', says: 'The image under each operation' },
  ],
  async action(context, { image }, options) {
    const { op, policy, each = false, out } = options
    if (out === undefined) throw new LabError('usage', 'augment: give --out FILE.png')
    if ((op === undefined) === (policy === undefined && !each) || (op !== undefined && each))
      throw new LabError('usage', 'augment: give --op NAME, or --policy P, or --each')
    const { drawnByPolicy, underEach, underOperation } = await import('../augmentImage.ts')
    const asked = { ...options, image, out }
    if (op !== undefined) await underOperation(context, { ...asked, op })
    else if (each) await underEach(context, asked)
    else await drawnByPolicy(context, { ...asked, policy: policy! })
  },
})
