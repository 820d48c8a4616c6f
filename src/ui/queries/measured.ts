/** Whether a study's runs are measured on what is asked for. */
import { datasetUnder } from '../../core/dataset/split.ts'
import { LabError } from '../../core/shared/errors.ts'
import type { On, Spec } from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'

/** Throws `usage` for `test` before the study's evaluation, and where its split has no test images. */
export function requireMeasured(store: Store, { name, dataset, split }: Spec, on: On): void {
  if (on === 'validation' || store.evaluations.of(name) !== null) return
  const found = store.datasets.get(dataset)
  if (found !== null && !datasetUnder(found, split).images.some(image => image.part === 'test')) {
    throw new LabError('usage', `--on test: the ${split} split of ${dataset} has no test images; there is --on validation`)
  }
  throw new LabError(
    'usage',
    `--on test: study ${name} is not evaluated; 'mri-lab evaluate --study "${name}"' measures its finished runs on the test images, once`,
  )
}
