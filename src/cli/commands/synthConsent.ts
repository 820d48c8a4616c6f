import { LabError } from '../../core/shared/errors.ts'
import type { Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { text, toggle } from '../options.ts'

export const synthConsent = defineCommand({
  name: 'synth consent',
  summary: 'agree that images of a dataset are sent to a service, or take it back',
  description:
    'Shows the host and what would be sent, asks (--yes answers), and records it: once for each dataset and host, for all generators. Without it nothing is ' +
    'sent. The host is that of OPENAI_BASE_URL, or api.openai.com. A service may keep what it is sent. Whether the images may be sent at all, their licence and your ' +
    'institution decide.',
  arguments: {},
  options: {
    dataset: text('NAME', 'whose images'),
    generator: text('NAME', 'what would send them'),
    withdraw: toggle('take it back: nothing more is sent'),
  },
  examples: [
    { line: 'mri-lab synth consent --dataset scans --generator openai-edit', says: 'See what would be sent, and answer' },
    { line: 'mri-lab synth consent --dataset scans --generator openai-edit --withdraw', says: 'Take it back' },
  ],
  async action(context, _, { dataset, generator: named, withdraw = false }) {
    if (dataset === undefined || named === undefined) throw new LabError('usage', 'give --dataset NAME and --generator NAME')
    const { generatorNamed } = await import('../../core/synthesis/index.ts')
    const { serviceRecord } = await import('../serviceImages.ts')
    const { ensureSample, SAMPLE, withDataset } = await import('../addDataset.ts')
    const generator = generatorNamed(named)
    const look = (store: Store) => {
      const known = store.datasets.list().find(one => one.name === dataset)
      return known === undefined ? null : { known, record: serviceRecord(context, store, generator, dataset) }
    }
    const found = withdraw
      ? await readLab(context, null, look)
      : await withDataset(context, dataset, async store => look(store))
    if (found === null) throw noDataset(dataset)
    const { known, record } = found
    if (record === null) throw new LabError('usage', `${named} sends nothing: it needs no consent`)
    const { host, sends } = record
    if (withdraw) {
      const withdrawn = await changeLab(context, store => store.consents.withdraw(dataset, host))
      const said = withdrawn
        ? `taken back: nothing more of ${dataset} is sent to ${host}`
        : `there was no consent for ${dataset} and ${host}`
      context.result({ dataset, host, consent: false, withdrawn }, () => said)
      return
    }
    if (!record.consent) {
      const { confirm } = await import('../confirm.ts')
      context.warn(
        `to ${host}: ${sends}. ${dataset} has ${known.images} images. The service may keep what it is sent, for 30 days and more. --withdraw takes consent back; what was sent is gone.`,
      )
      await confirm(context, `May images of ${dataset} be sent to ${host}?`)
      if (dataset === SAMPLE) await ensureSample(context)
      await changeLab(context, store => store.consents.give({ dataset, host, sends }))
    }
    context.result(
      { dataset, host, sends, consent: true },
      () => `images of ${dataset} may be sent to ${host}${record.consent ? ' (agreed to before)' : ''}`,
    )
  },
})
