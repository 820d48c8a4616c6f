import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'

/** What `mri-lab` alone stands for on a terminal. */
export const lab = defineCommand({
  name: 'lab',
  summary: 'open the lab: its screens, worked by keyboard (as mri-lab alone)',
  description:
    'Opens the screens. Opening starts nothing; leaving (q) stops nothing: studies are trained by a process of their own.',
  arguments: {},
  options: {},
  onInterrupt: '',
  examples: [{ line: 'mri-lab lab --db study.db', says: 'The lab over another database' }],
  async action(context) {
    if (!context.terminal.stdin || !context.terminal.stdout) {
      throw new LabError('usage', "the lab needs a terminal on stdin and stdout; 'mri-lab help' lists the commands")
    }
    const { openTheLab } = await import('../openLab.ts')
    await openTheLab(context)
  },
})
