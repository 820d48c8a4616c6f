/** Installed weights as `weights list --json` writes them, and as text. */
import type { InstalledWeights } from '../store/index.ts'
import { megabytes } from './hubDownload.ts'
import { alignedTable } from './table.ts'

/** The row as it is; `source` is `{repo, revision, file, licence}` of the hub, or `{path}`. */
export type WeightsRecord = InstalledWeights

export function describeWeights(all: readonly WeightsRecord[]): string {
  return alignedTable(
    [
      { title: 'weights' },
      { title: 'model' },
      { title: 'layout' },
      { title: 'MB', align: 'right' },
      { title: 'mean, std' },
      { title: 'added' },
      { title: 'sha256' },
      { title: 'source' },
    ],
    all.map(({ name, model, layout, size, mean, std, added, sha256, source }) => [
      name,
      model,
      layout,
      megabytes(size).toFixed(1),
      `${colours(mean)}, ${colours(std)}`,
      added.slice(0, 10),
      sha256.slice(0, 12),
      'path' in source ? source.path : `${source.repo} at ${source.revision.slice(0, 8)}, ${source.licence}`,
    ]),
  )
}

/** One number where all colours have it. */
function colours(values: readonly number[]): string {
  return new Set(values).size === 1 ? String(values[0]) : values.join('/')
}
