/** Clouds of images compared class by class. */
import { setImmediate } from 'node:timers/promises'
import { type Agreement, agreement } from './agreement.ts'
import { clustering } from './clusters.ts'
import { detection } from './detector.ts'
import { beside, type Features, rowsOf } from './features.ts'
import { kernelDistance } from './kid.ts'
import { manifoldIntervals } from './manifold.ts'
import type { FidelityRow } from './record.ts'

/** An image compared, real or synthetic. */
export interface Compared {
  /** Its row in the space. */
  readonly place: number
  readonly label: number
  /** Images that hang together share it: see clusters.ts. */
  readonly cluster: string
}

/** What is compared, a row an image. */
export interface Space {
  readonly features: Features
  readonly textures: Features
  readonly predicted: Int32Array | null
}

/**
 * A row a class that `asked` have images of, and one of all those classes where they are several.
 * @param unseen places of images none of whose parents the classifier learned from. Rejects with the signal's reason.
 */
export async function rowsByClass(
  classes: readonly string[],
  train: readonly Compared[],
  asked: readonly Compared[],
  space: Space,
  unseen: ReadonlySet<number>,
  seed: readonly (string | number)[],
  signal: AbortSignal | undefined,
): Promise<FidelityRow[]> {
  const labels = [...new Set(asked.map(({ label }) => label))].sort((a, b) => a - b)
  const groups = [...labels.map(label => [label]), ...(labels.length > 1 ? [labels] : [])]
  const rows: FidelityRow[] = []
  for (const some of groups) {
    await setImmediate()
    signal?.throwIfAborted()
    const [real = [], others = []] = [train, asked].map(all => all.filter(({ label }) => some.includes(label)))
    rows.push(rowOf(some.length > 1 ? null : classes[some[0]!]!, real, others, space, unseen, seed))
  }
  return rows
}

function rowOf(
  name: string | null,
  real: readonly Compared[],
  others: readonly Compared[],
  { features, textures: texture, predicted }: Space,
  unseen: ReadonlySet<number>,
  seed: readonly (string | number)[],
): FidelityRow {
  const all = [...real, ...others]
  const cloud = (images: readonly Compared[], of: Features): Features =>
    rowsOf(
      of,
      images.map(({ place }) => place),
    )
  const clusters = (images: readonly Compared[]) => clustering(images.map(({ cluster }) => cluster))
  const named = [...seed, name ?? 'all']
  const agrees = (images: readonly Compared[]): Agreement | null =>
    predicted === null
      ? null
      : agreement(
          images.map(({ place }) => predicted[place]!),
          images.map(({ label }) => label),
          images.map(({ cluster }) => cluster),
          named,
        )
  const [realCloud, otherCloud] = [cloud(real, features), cloud(others, features)]
  return {
    ...{ class: name, real: real.length, images: others.length },
    kid: kernelDistance(realCloud, otherCloud, clusters(all)),
    ...manifoldIntervals(realCloud, otherCloud, { real: clusters(real), synthetic: clusters(others) }, named),
    detector: detection(
      beside(cloud(all, features), cloud(all, texture)),
      all.map((_, row) => row >= real.length),
      clusters(all),
      Number(seed[0]),
    ),
    agreement: agrees(others),
    unseen: agrees(others.filter(({ place }) => unseen.has(place))),
  }
}
