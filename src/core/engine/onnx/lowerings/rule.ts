/** What a lowering rule is given, and what it answers. */

import type { Target } from '../../target.ts'
import type { GraphNode } from '../../trace/graph.ts'
import type { Order, Stored } from '../layout.ts'
import type { OnnxModel } from '../model.ts'

/** What a rule works with: the model it adds to, and its inputs in the order of axes it asks for. */
export interface Lowering {
  readonly target: Target
  readonly model: OnnxModel
  /** Channels of a block in onnxruntime's fastest convolutions (../channelBlock.ts); 0: there are none. */
  readonly channelBlock: number
  /** Where a node's value lies, as it is. */
  stored(node: GraphNode): Stored
  /** The name of a node's value in the given order of axes, transposed once if it must be. */
  inOrder(node: GraphNode, order: Order): string
}

/** Emits ONNX nodes for one graph node and says where its value lies. */
export type Rule = (node: GraphNode, lowering: Lowering) => Stored

/** A rule for the processor and another for GPUs, where one does not suit both. */
export interface RuleByTarget {
  readonly cpu: Rule
  readonly gpu: Rule
}
