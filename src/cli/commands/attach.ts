import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { maybe } from '../options.ts'

export const attach = defineCommand({
  name: 'attach',
  summary: 'watch the study in work; leaving does not stop it',
  arguments: { study: maybe('STUDY', 'its name (default: the one in work)') },
  options: {},
  onInterrupt: 'leaving; the study goes on',
  examples: [{ line: 'mri-lab attach', says: 'Watch; Ctrl+C leaves, and the study goes on' }],
  async action(context, { study }) {
    const { studyInWork } = await import('../../runner/index.ts')
    const { attachTo } = await import('../trainStudy.ts')
    const name = await readLab(context, null, store => {
      if (study !== undefined && store.studies.get(study) === null) {
        throw new LabError('usage', `no study named ${study}; 'mri-lab studies' shows what there is`)
      }
      return study ?? studyInWork(store)
    })
    if (name === null) throw new LabError('usage', "no study is in work; 'mri-lab run quick' starts one")
    await changeLab(context, store => attachTo(context, store, name))
  },
})
