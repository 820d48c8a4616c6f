import type { InstalledWeights, Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { argument } from '../options.ts'

export const weightsFetch = defineCommand({
  name: 'weights fetch',
  summary: 'download the pre-trained weights of a model',
  description:
    'Downloads the pinned file from the Hugging Face hub, goes on where an earlier attempt was broken off, compares its SHA-256 with the ' +
    "hub's, and keeps it beside the database. HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean to Hugging Face's own tools; " +
    'behind a proxy, set NODE_USE_ENV_PROXY=1 beside HTTPS_PROXY.',
  arguments: { model: argument('MODEL', 'resnet18 or vit') },
  options: {},
  examples: [{ line: 'mri-lab weights fetch resnet18', says: "torchvision's ResNet-18, trained on ImageNet (47 MB)" }],
  async action(context, args) {
    const { installWeights, pretrainedModel } = await import('../installWeights.ts')
    const { PINNED } = await import('../../core/models/weights/index.ts')
    const model = pretrainedModel(args.model)
    const { name, repo, revision, file, licence, mean, std } = PINNED[model]
    const known = await readLab(context, null, store => whole(store, name, revision))
    if (known !== null) {
      context.result(known, () => `${name} is installed: ${known.sha256}`)
      return
    }
    const { addressOf, downloadFromHub, megabytes } = await import('../hubDownload.ts')
    const { ContentFiles } = await import('../../store/index.ts')
    const files = new ContentFiles(context.settings.database)
    const fetched = await downloadFromHub(context, name, {
      ...PINNED[model],
      target: sha256 => files.pathOf(sha256),
      byHand: `without the hub: download ${addressOf(context, PINNED[model])} elsewhere, then 'mri-lab weights add ${model} FILE'`,
    })
    const source = { repo, revision, file, licence }
    const installed = await changeLab(context, store => {
      const bytes = store.files.read(fetched.sha256)
      try {
        return installWeights(store, { name, model, source, mean, std }, bytes, `${repo}: ${file}`)
      } catch (error) {
        if (!store.referencedFiles().includes(fetched.sha256)) store.files.remove(fetched.sha256)
        throw error
      }
    })
    context.result(installed, () => `installed ${name} (${megabytes(installed.size)} MB, ${licence}): ${installed.sha256}`)
  },
})

/** The weights of this name and revision, if their file is as it was. */
function whole(store: Store, name: string, revision: string): InstalledWeights | null {
  const known = store.weights.get(name)
  if (known === null || !('revision' in known.source) || known.source.revision !== revision) return null
  try {
    store.files.read(known.sha256, { verify: true })
    return known
  } catch {
    return null
  }
}
