/**
 * A tfjs backend that computes nothing: each kernel call records a node and answers with a tensor that stands for it. tfjs's own
 * gradients then run over it as over any backend, so one call of a training step yields its whole graph.
 */
import * as tf from '#tfjs'
import { LabError } from '../../shared/errors.ts'
import { sameShape } from '../program.ts'
import type { GraphNode, NodeDType } from './graph.ts'
import { KERNELS, type KernelRule, type RewrittenKernel } from './kernels.ts'

const NAME = 'trace'

class TraceBackend extends tf.KernelBackend {
  /** What each traced tensor stands for; tfjs's data ids are opaque objects. */
  readonly nodes = new WeakMap<object, GraphNode>()

  /** A tensor that stands for `node`. */
  tensorOf(node: GraphNode): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.infoOf(node))
  }

  infoOf(node: GraphNode): tf.TensorInfo {
    const dataId = {}
    this.nodes.set(dataId, node)
    return { dataId, shape: [...node.shape], dtype: node.dtype }
  }

  nodeOf(info: tf.TensorInfo): GraphNode {
    const node = this.nodes.get(info.dataId)
    if (node === undefined)
      throw new LabError('failed', 'a tensor from outside the trace was used: pass it in as state or input')
    return this.reshaped(node, info)
  }

  /** tfjs reshapes some tensors without calling a kernel: then the shape of the tensor is the truth. */
  private reshaped(node: GraphNode, info: tf.TensorInfo): GraphNode {
    if (sameShape(node.shape, info.shape)) return node
    return { op: 'Reshape', inputs: [node], attributes: { shape: info.shape }, shape: info.shape, dtype: node.dtype }
  }

  override write(values: tf.backend_util.TypedArray, shape: number[], dtype: tf.DataType): object {
    const dataId = {}
    this.nodes.set(dataId, constant(values, shape, dtype as NodeDType))
    return dataId
  }

  override move(dataId: object, values: tf.backend_util.TypedArray, shape: number[], dtype: tf.DataType): void {
    this.nodes.set(dataId, constant(values, shape, dtype as NodeDType))
  }

  override readSync(): never {
    throw new LabError('failed', 'a definition read a value while it was traced: it must be a pure function of tensors')
  }

  override read(): never {
    return this.readSync()
  }

  override disposeData(): boolean {
    return true
  }
  override incRef(): void {}
  decRef(): void {}
  override numDataIds(): number {
    return 0
  }
  override timerAvailable(): boolean {
    return false
  }
  override floatPrecision(): 16 | 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
}

function constant(values: tf.backend_util.TypedArray, shape: number[], dtype: NodeDType): GraphNode {
  return { op: 'Constant', inputs: [], attributes: { values: values.slice() }, shape: [...shape], dtype }
}

type Kernel = tf.KernelConfig['kernelFunc']

function record(backend: TraceBackend, name: string, rule: KernelRule | RewrittenKernel): Kernel {
  return ({ inputs, attrs }) => {
    const wanted = rule.inputs === 'list' ? Object.keys(inputs) : rule.inputs
    const nodes = wanted.map(input => {
      const info = inputs[input] as tf.TensorInfo | undefined
      if (info === undefined) throw new LabError('failed', `kernel ${name} was called without '${input}'`)
      return backend.nodeOf(info)
    })
    const attributes = (attrs ?? {}) as Record<string, unknown>
    if ('nodes' in rule) {
      const made = rule.nodes(nodes, attributes)
      return Array.isArray(made) ? made.map(node => backend.infoOf(node)) : backend.infoOf(made as GraphNode)
    }
    const given = { shapes: nodes.map(node => node.shape), dtypes: nodes.map(node => node.dtype), attributes }
    const dtype = rule.dtype?.(given) ?? given.dtypes[0] ?? 'float32'
    return backend.infoOf({ op: name, inputs: nodes, attributes, shape: rule.shape(given), dtype })
  }
}

let registered: TraceBackend | undefined

/** The trace backend, registered with tfjs on first use. */
export function traceBackend(): TraceBackend {
  if (registered === undefined) {
    tf.enableProdMode() // silences tfjs's advice to install another backend
    const backend = new TraceBackend()
    tf.registerBackend(NAME, () => backend, 0)
    for (const [kernelName, rule] of Object.entries(KERNELS)) {
      tf.registerKernel({ kernelName, backendName: NAME, kernelFunc: record(backend, kernelName, rule) })
    }
    registered = backend
  }
  return registered
}

/** Runs `action` with tfjs set to the named backend, and sets it back. `action` is synchronous, so nothing can come between. */
export function withBackend<T>(name: string, action: () => T): T {
  const before = tf.engine().backendName as string | undefined
  void tf.setBackend(name) // synchronous for backends that start synchronously, as ours and 'cpu' do
  try {
    if (tf.getBackend() !== name) throw new LabError('failed', `the tfjs backend '${name}' did not start`)
    return action()
  } finally {
    if (before !== undefined && before !== null && before !== name) void tf.setBackend(before)
  }
}
