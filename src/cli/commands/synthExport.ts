import { resolve } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument, text } from '../options.ts'

export const synthExport = defineCommand({
  name: 'synth export',
  summary: 'writes the bank of a dataset as a folder: PNG files, a table of parents and a manifest',
  arguments: { folder: argument('DIR', 'a new or empty folder') },
  options: { dataset: text('NAME', 'the dataset'), generator: text('NAME', 'images of one generator alone') },
  examples: [{ line: 'mri-lab synth export bank --dataset sample', says: "For another lab's 'synth import'" }],
  async action(context, { folder }, { dataset: name, generator }) {
    if (name === undefined) throw new LabError('usage', '--dataset NAME is needed')
    const { exportFolder } = await import('../../core/synthesis/index.ts')
    const path = resolve(context.cwd, folder)
    const count = await readLab<number | null>(context, null, async store => {
      const dataset = store.datasets.list().find(one => one.name === name)
      if (dataset === undefined) throw noDataset(name)
      const images = store.bank.list({ dataset: name, generator })
      if (images.length === 0)
        throw new LabError('usage', `the bank has no such images of dataset ${name}; 'mri-lab synth list'`)
      const progress = context.progress({ label: 'writing', unit: 'images', total: images.length })
      try {
        const read = (sha256: string): Uint8Array => store.files.read(sha256, { verify: true })
        await exportFolder({ folder: path, dataset, images, read, signal: context.signal, onWritten: progress.update })
      } finally {
        progress.end()
      }
      return images.length
    })
    if (count === null) throw noDataset(name)
    context.result({ folder: path, images: count }, () => `${count} images written to ${folder}`)
  },
})
