import { rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { readLab } from '../lab.ts'
import { argument, text } from '../options.ts'

export const dataFetch = defineCommand({
  name: 'data fetch',
  summary: 'download a published dataset and add it',
  description:
    'Downloads the Parquet files of Falah/Alzheimer_MRI from the Hugging Face hub (28 MB), goes on where an earlier attempt was broken off, ' +
    "compares their SHA-256 with the hub's, and adds them as 'data add falah TRAIN --validation TEST' does. HF_TOKEN, HF_ENDPOINT and " +
    "HF_HUB_OFFLINE mean what they mean to Hugging Face's own tools; behind a proxy, set NODE_USE_ENV_PROXY=1 beside HTTPS_PROXY.",
  arguments: { name: argument('NAME', 'falah') },
  options: { revision: text('R', 'another commit, tag or branch that has the same files (default: the pinned commit)') },
  examples: [{ line: 'mri-lab data fetch falah', says: "The dissertation's data" }],
  async action(context, { name }, options) {
    if (name !== 'falah') throw new LabError('usage', `NAME: '${name}' is not known; there is falah`)
    const { FALAH } = await import('../../core/dataset/falah.ts')
    const { addDataset, requireFreeName } = await import('../addDataset.ts')
    const { addressOf, downloadFromHub } = await import('../hubDownload.ts')
    const { repo } = FALAH
    const revision = options.revision ?? FALAH.revision
    const origin = `Hugging Face ${repo} at ${revision}`
    const there = await readLab(context, null, store => store.datasets.get(name))
    if (there?.source?.origin === origin) {
      context.note(`${name} is here already: nothing changed`)
      return context.result(datasetRecord(there), () => describeDataset(datasetRecord(there)))
    }
    await requireFreeName(context, name)
    const hubFile = (file: string) => ({ kind: 'dataset', repo, revision, file }) as const
    const { train, validation } = FALAH.files
    const addresses = [train, validation].map(file => addressOf(context, hubFile(file))).join(' and ')
    const byHand = `mri-lab data add ${name} FOLDER/${basename(train)} --validation FOLDER/${basename(validation)}`
    // Their names matter: they say which part a file is.
    const folder = join(`${context.settings.database}.files`, 'downloads', repo, `at-${encodeURIComponent(revision)}`)
    const fetch = async (file: string): Promise<string> => {
      const { path } = await downloadFromHub(context, basename(file), {
        ...hubFile(file),
        target: () => join(folder, file),
        byHand: `without the hub: download ${addresses} elsewhere, put both into a folder here, then '${byHand}'`,
      })
      return path
    }
    const paths = [await fetch(train)]
    const held = await fetch(validation)
    writeFileSync(join(dirname(held), 'dataset.json'), JSON.stringify({ origin }))
    const dataset = await addDataset(context, { name, paths, validation: held, seed: 1 })
    rmSync(folder, { recursive: true, force: true }) // the lab keeps the pixels
    const record = datasetRecord(dataset)
    context.result(record, () => describeDataset(record))
  },
})
