/** The passes a traced graph goes through before it is lowered, in order. Each keeps every value the graph computes. */
import type { Target } from '../target.ts'
import type { Graph, Pass } from '../trace/graph.ts'
import { foldPads } from './foldPads.ts'
import { fuseBias } from './fuseBias.ts'
import { poolPhases } from './poolPhases.ts'
import { poolReluGradient } from './poolReluGradient.ts'
import { reluAfterPool } from './reluAfterPool.ts'
import { shareCommon } from './shareCommon.ts'
import { simplify } from './simplify.ts'
import { splitBatch } from './splitBatch.ts'
import { splitState } from './splitState.ts'

export { blockName, columnCuts } from './splitState.ts'

/** Of every target. */
const COMMON: readonly Pass[] = [simplify, foldPads, shareCommon, poolReluGradient, reluAfterPool, fuseBias]
/** Of the processor alone: they keep what is worked on in its caches. */
const CPU: readonly Pass[] = [poolPhases, splitBatch, splitState]

export function optimise(graph: Graph, target: Target): Graph {
  const passes = target === 'cpu' ? [...COMMON, ...CPU] : COMMON
  return passes.reduce((now, pass) => pass(now), graph)
}
