/** The passes a traced graph goes through before it is lowered, in order. Each keeps every value the graph computes. */
import type { Target } from '../target.ts'
import type { Graph, Pass } from '../trace/graph.ts'
import { foldPads } from './foldPads.ts'
import { fuseBias } from './fuseBias.ts'
import { poolPhases } from './poolPhases.ts'
import { poolReluGradient } from './poolReluGradient.ts'
import { reluAfterPool } from './reluAfterPool.ts'
import { simplify } from './simplify.ts'
import { splitBatch } from './splitBatch.ts'
import { splitState } from './splitState.ts'

export { blockName, columnCuts } from './splitState.ts'

/**
 * In order; docs/performance.md has what each is worth (bench/passes.ts). Those of the processor alone keep what is worked on in its caches.
 */
export const PASSES: Readonly<Record<string, { readonly pass: Pass; readonly targets: 'all' | 'cpu' }>> = {
  simplify: { pass: simplify, targets: 'all' },
  foldPads: { pass: foldPads, targets: 'all' },
  poolReluGradient: { pass: poolReluGradient, targets: 'all' },
  reluAfterPool: { pass: reluAfterPool, targets: 'all' },
  fuseBias: { pass: fuseBias, targets: 'all' },
  poolPhases: { pass: poolPhases, targets: 'cpu' },
  splitBatch: { pass: splitBatch, targets: 'cpu' },
  splitState: { pass: splitState, targets: 'cpu' },
}

export function optimise(graph: Graph, target: Target): Graph {
  return Object.values(PASSES)
    .filter(({ targets }) => targets === 'all' || targets === target)
    .reduce((now, { pass }) => pass(now), graph)
}
