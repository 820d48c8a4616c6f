import type { OnnxNode } from './model.ts'

/**
 * Which of a model's state its new value may be written over: one node reads it, and what computes the new value waits for that node. Adam's
 * moments and running statistics are so; weights are not, whose gradient passes through them. Saves a second copy of each.
 * @param pairs name of a state tensor and of its new value
 */
export function overwritten(nodes: readonly OnnxNode[], pairs: readonly (readonly [string, string])[]): string[] {
  const readers = new Map<string, OnnxNode[]>()
  const producers = new Map<string, OnnxNode>()
  for (const node of nodes) {
    for (const input of node.inputs) {
      const known = readers.get(input)
      if (known === undefined) readers.set(input, [node])
      else known.push(node)
    }
    for (const output of node.outputs) producers.set(output, node)
  }
  return pairs
    .filter(([before, after]) => {
      const [reader, ...others] = readers.get(before) ?? []
      const producer = producers.get(after)
      if (reader === undefined || others.length > 0 || producer === undefined || producer === reader) return false
      return waitsFor(producer, reader, producers)
    })
    .map(([before]) => before)
}

function waitsFor(node: OnnxNode, other: OnnxNode, producers: ReadonlyMap<string, OnnxNode>): boolean {
  const seen = new Set<OnnxNode>()
  const open = [node]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === other) return true
    for (const input of at.inputs) {
      const before = producers.get(input)
      if (before === undefined || seen.has(before)) continue
      seen.add(before)
      open.push(before)
    }
  }
  return false
}
