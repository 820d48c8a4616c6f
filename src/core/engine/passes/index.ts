/** The passes a traced graph goes through before it is lowered, in order. Each keeps every value the graph computes. */
import type { Graph, Pass } from '../trace/graph.ts'
import { fuseBias } from './fuseBias.ts'
import { poolReluGradient } from './poolReluGradient.ts'
import { reluAfterPool } from './reluAfterPool.ts'
import { shareCommon } from './shareCommon.ts'
import { simplify } from './simplify.ts'
import { splitState } from './splitState.ts'

export { blockName, columnCuts } from './splitState.ts'

const PASSES: readonly Pass[] = [simplify, shareCommon, poolReluGradient, reluAfterPool, fuseBias, splitState]

export function optimise(graph: Graph): Graph {
  return PASSES.reduce((now, pass) => pass(now), graph)
}
