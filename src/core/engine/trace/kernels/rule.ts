/** What the trace backend must know of a kernel: which node its call is recorded as. */
import type { Shape } from '../../program.ts'
import type { GraphNode, NodeDType } from '../graph.ts'

export type Attributes = Readonly<Record<string, unknown>>

export interface KernelArguments {
  readonly shapes: readonly Shape[]
  readonly dtypes: readonly NodeDType[]
  readonly attributes: Attributes
}

/** A kernel recorded under its own name. */
export interface KernelRule {
  /** Names of the kernel's inputs, in the order of a node's inputs. */
  readonly inputs: readonly string[]
  readonly shape: (given: KernelArguments) => Shape
  /** Default: the first input's. */
  readonly dtype?: (given: KernelArguments) => NodeDType
}

/**
 * A kernel recorded as other nodes: one that is another operation under a second name, that has several results, or whose attributes
 * tfjs leaves half open (negative axes, sizes of -1).
 */
export interface RewrittenKernel {
  /** `list`: all of them, where a kernel takes any number. */
  readonly inputs: readonly string[] | 'list'
  readonly nodes: (inputs: readonly GraphNode[], attributes: Attributes) => GraphNode | readonly GraphNode[]
}

export type KernelTable = Readonly<Record<string, KernelRule | RewrittenKernel>>
