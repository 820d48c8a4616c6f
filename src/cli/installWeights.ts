/** Files of pre-trained weights into the lab: checked, kept by content, and named in the database. */
import { type Layout, layoutOfFile, PRETRAINED_MODELS, type PretrainedModel } from '../core/models/weights/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { InstalledWeights, Store } from '../store/index.ts'

/** Throws `usage` for a model that has none. */
export function pretrainedModel(name: string): PretrainedModel {
  const known = PRETRAINED_MODELS.find(model => model === name)
  if (known !== undefined) return known
  throw new LabError(
    'usage',
    `MODEL: '${name}' starts from no weights; those that do are ${PRETRAINED_MODELS.join(' and ')}`,
  )
}

type Given = Omit<InstalledWeights, 'added' | 'layout' | 'sha256' | 'size' | 'mean' | 'std'> & {
  readonly model: PretrainedModel
  /** Default: as the file says, else as its layout's makers have it. */
  readonly mean?: Layout['mean']
  readonly std?: Layout['std']
}

/**
 * Adds weights whose bytes are `bytes`; `origin` names them in errors. Where that fails, a file that nothing else needs is taken away again.
 * Throws `data` where they are not those of the model, `usage` where the name stands for others.
 */
export function installWeights(store: Store, given: Given, bytes: Uint8Array, origin: string): InstalledWeights {
  const { layout, mean, std } = layoutOfFile(given.model, bytes, origin)
  const sha256 = store.files.write(bytes)
  try {
    return store.weights.add({ mean, std, ...given, layout, sha256, size: bytes.length })
  } catch (error) {
    if (!store.referencedFiles().includes(sha256)) store.files.remove(sha256)
    throw error
  }
}
