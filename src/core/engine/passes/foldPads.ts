/**
 * Pads before a convolution or a pool become its own. PyTorch pads every side alike and tfjs's 'same' does not, so primitives pad
 * explicitly; onnxruntime's kernels pad as they go, without a copy of the image. Zeros before a convolution and -infinity before a max pool
 * are what those kernels pad with, so nothing changes; a gradient with respect to the padded image, of which only the inside is used,
 * becomes the gradient with respect to the image.
 */
import { type GraphNode, type Pass, rewriteGraph } from '../trace/graph.ts'

type Padding = readonly [number, number]

export const foldPads: Pass = graph =>
  rewriteGraph(graph, node => {
    switch (node.op) {
      case 'Conv2D':
      case 'Conv2DBackpropFilter':
        return padded(node, 0, 0)
      case 'MaxPool':
        return padded(node, 0, Number.NEGATIVE_INFINITY)
      case 'Slice':
        return inside(node)
      default:
        return node
    }
  })

/** `node` on the image before its pad; itself where the input at `at` is no pad, or not by `value`. */
function padded(node: GraphNode, at: number, value: number): GraphNode {
  const pads = node.attributes.pad === 'valid' ? padsOf(node.inputs[at]!, value) : undefined
  if (pads === undefined) return node
  const image = node.inputs[at]!.inputs[0]!
  return { ...node, inputs: node.inputs.with(at, image), attributes: { ...node.attributes, pad: pads } }
}

/** The inside of the gradient of a convolution or a max pool with respect to a padded image. */
function inside(node: GraphNode): GraphNode {
  const [gradient] = node.inputs as [GraphNode]
  const begin = node.attributes.begin as readonly number[] | undefined
  if (gradient.attributes.pad !== 'valid' || begin === undefined) return node
  const rows: Padding = [begin[1]!, gradient.shape[1]! - begin[1]! - node.shape[1]!]
  const columns: Padding = [begin[2]!, gradient.shape[2]! - begin[2]! - node.shape[2]!]
  const pads: readonly Padding[] = [[0, 0], rows, columns, [0, 0]]
  const attributes = { ...gradient.attributes, pad: pads }
  if (gradient.shape[0] !== node.shape[0] || gradient.shape[3] !== node.shape[3]) return node
  switch (gradient.op) {
    case 'Conv2DBackpropInput':
      return { ...gradient, attributes: { ...attributes, inputShape: node.shape }, shape: node.shape }
    case 'MaxPoolGrad': {
      const [dy, image, pooled] = gradient.inputs as [GraphNode, GraphNode, GraphNode]
      const own = padsOf(image, Number.NEGATIVE_INFINITY)
      if (own === undefined || JSON.stringify(own) !== JSON.stringify(pads)) return node
      return { ...gradient, inputs: [dy, image.inputs[0]!, pooled], attributes, shape: node.shape }
    }
    default:
      return node
  }
}

/** tfjs's explicit padding of an image, where `node` pads its rows and columns alone, by this value. */
function padsOf(node: GraphNode, value: number): readonly Padding[] | undefined {
  if (node.op !== 'PadV2' || node.attributes.constantValue !== value) return undefined
  const pads = node.attributes.paddings as readonly Padding[]
  return [pads[0]!, pads[3]!].every(pad => pad[0] === 0 && pad[1] === 0) ? pads : undefined
}
