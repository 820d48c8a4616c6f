import type { BankImage } from '../../core/synthesis/index.ts'
import { bankRecord, describeBank } from '../bankRecord.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { text } from '../options.ts'

export const synthList = defineCommand({
  name: 'synth list',
  summary: 'the synthetic images that are kept: the bank',
  arguments: {},
  options: { dataset: text('NAME', 'of one dataset'), generator: text('NAME', 'of one generator') },
  examples: [
    { line: 'mri-lab synth list', says: 'How many of which class, by whom, and their ids' },
    { line: 'mri-lab synth list --generator morph --json', says: 'Every image, with its parents' },
  ],
  async action(context, _, filter) {
    const images = await readLab<readonly BankImage[]>(context, [], store => store.bank.list(filter))
    const none = "No synthetic images yet; 'mri-lab synth run' makes some, 'mri-lab synth generators' shows what by."
    context.result(images.map(bankRecord), () => (images.length > 0 ? describeBank(images) : none))
  },
})
