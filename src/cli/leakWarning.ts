/** What a study's split leaks, said where the study starts. */
import { groupCounts } from '../core/dataset/audit.ts'
import { datasetUnder, ruleWords } from '../core/dataset/split.ts'
import type { Spec } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'

/** One line where images of one group lie in two parts of the study's split; null where none do or nobody looked for groups. */
export function leakWarning(store: Store, spec: Pick<Spec, 'dataset' | 'split'>): string | null {
  const dataset = store.datasets.get(spec.dataset)
  if (dataset?.groups === undefined) return null
  const { count, acrossSplits } = groupCounts(datasetUnder(dataset, spec.split).images)
  if (acrossSplits === 0) return null
  return (
    `the ${spec.split} split of ${spec.dataset} leaks: ${acrossSplits} of ${count} groups (${ruleWords(dataset.groups)}) lie in more than one part; ` +
    `--split grouped holds them together, 'mri-lab data audit ${spec.dataset}' says more`
  )
}
