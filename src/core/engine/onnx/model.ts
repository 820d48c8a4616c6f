/**
 * An ONNX model under construction, and its bytes. Only what our lowerings need of onnx.proto (ONNX 1.12, IR version 8, opset 17) is
 * written; field numbers are that file's. Reading ONNX is not our business.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { type Shape, sizeOf } from '../program.ts'

/** TensorProto.DataType. */
export const ELEMENT = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const
export type Element = keyof typeof ELEMENT

export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  /** GraphProto's bytes. */
  | { readonly graph: Uint8Array }

export interface ValueInfo {
  readonly name: string
  readonly shape: Shape
  readonly element: Element
}

/** A constant of a model. */
export interface Initializer extends ValueInfo {
  readonly values: Values
}

/** What a model's graph holds, values under the names they go out under. */
export interface OnnxParts {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly OpenValueInfo[]
  readonly outputs: readonly OpenValueInfo[]
}

/** A value whose shape may have an open size: null, or a name where several values share it. */
export type OpenValueInfo = Omit<ValueInfo, 'shape'> & { readonly shape: readonly (number | string | null)[] }

export interface OnnxNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly domain: string
}

export type Values = Float32Array | Int32Array | BigInt64Array | Uint8Array

/** The operators beyond ONNX's own that onnxruntime adds. */
export const MICROSOFT = 'com.microsoft'
/** Those that its optimiser puts in for convolutions of constant filters: images in blocks of channels (./channelBlock.ts). */
export const IN_BLOCKS = 'com.microsoft.nchwc'

export class OnnxModel {
  private readonly nodes: OnnxNode[] = []
  /** Results by what computes them. */
  private readonly known = new Map<string, string>()
  /** Values by the name they go out under. */
  private readonly published = new Map<string, string>()
  private readonly initializers = new Map<string, Initializer>()
  private readonly inputs: ValueInfo[] = []
  private readonly outputs: ValueInfo[] = []

  /**
   * The name of the result of a node with one, added unless there is one of the same type, inputs and attributes. An empty input name
   * leaves an optional input out.
   */
  op(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): string {
    const key = JSON.stringify([type, inputs, attributes, domain])
    const existing = this.known.get(key)
    if (existing !== undefined) return existing
    const [name] = this.several(1, type, inputs, attributes, domain) as [string]
    this.known.set(key, name)
    return name
  }

  /** As `op`, of a node with `results` results. */
  several(
    results: number,
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string[] {
    const name = `${type.toLowerCase()}_${this.nodes.length}`
    const outputs = Array.from({ length: results }, (_, i) => (i === 0 ? name : `${name}_${i}`))
    this.nodes.push({ type, inputs, outputs, attributes, domain })
    return outputs
  }

  /** Gives a value the name that the caller will ask for: by renaming it, or by a copy where it has such a name already. */
  publish(value: string, name: string): void {
    const producer = this.nodes.find(node => node.outputs[0] === value)
    if (producer === undefined || this.published.has(value)) {
      this.nodes.push({ type: 'Identity', inputs: [value], outputs: [name], attributes: {}, domain: '' })
    } else this.published.set(value, name)
  }

  floats(values: readonly number[] | Float32Array, shape: Shape): string {
    return this.initializer('float32', Float32Array.from(values), shape)
  }

  int32s(values: readonly number[] | Int32Array, shape: Shape): string {
    return this.initializer('int32', Int32Array.from(values), shape)
  }

  /** A vector of 64-bit integers, as shapes and axes are given. */
  int64s(values: readonly number[]): string {
    return this.initializer('int64', BigInt64Array.from(values.map(BigInt)), [values.length])
  }

  /** A constant under a name of the caller's. */
  weight(name: string, shape: Shape, values: Float32Array): void {
    if (values.length !== sizeOf(shape)) throw new RangeError(`${values.length} values for shape [${shape.join(', ')}]`)
    this.initializers.set(`name ${name}`, { name, shape, element: 'float32', values })
  }

  input(info: ValueInfo): string {
    this.inputs.push(info)
    return info.name
  }

  output(info: ValueInfo): void {
    this.outputs.push(info)
  }

  private initializer(element: Element, values: Values, shape: Shape): string {
    if (values.length !== sizeOf(shape)) throw new RangeError(`${values.length} values for shape [${shape.join(', ')}]`)
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    const key = `${element}[${shape.join(',')}]${bytes.byteLength > 64 ? `#${this.initializers.size}` : bytes.toString('hex')}`
    const existing = this.initializers.get(key)
    if (existing !== undefined) return existing.name
    const name = `constant_${this.initializers.size}`
    this.initializers.set(key, { name, shape, element, values })
    return name
  }

  parts(): OnnxParts {
    const named = (value: string): string => this.published.get(value) ?? value
    const nodes = this.nodes.map(node => ({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) }))
    return { nodes, initializers: [...this.initializers.values()], inputs: this.inputs, outputs: this.outputs }
  }

  /** ModelProto. */
  serialise(graphName: string): Uint8Array {
    const domains = new Set(this.nodes.map(({ domain }) => domain).filter(domain => domain !== ''))
    return modelProto(this.parts(), graphName, { domains: Object.fromEntries([...domains].map(domain => [domain, 1])) })
  }
}

export interface ModelDescription {
  readonly producerVersion?: string
  /** Operator sets beyond ONNX's own, by domain. */
  readonly domains?: Readonly<Record<string, number>>
  /** `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
}

export function modelProto(parts: OnnxParts, graphName: string, description: ModelDescription): Uint8Array {
  const { producerVersion, domains = {}, metadata = {} } = description
  const opset = (domain: string, version: number) => message(w => w.tag(1, LEN).string(domain).tag(2, INT).int64(version))
  const graph = message(w => {
    for (const node of parts.nodes) w.tag(1, LEN).bytes(nodeProto(node))
    w.tag(2, LEN).string(graphName)
    for (const initializer of parts.initializers) w.tag(5, LEN).bytes(tensorProto(initializer))
    for (const info of parts.inputs) w.tag(11, LEN).bytes(valueInfoProto(info))
    for (const info of parts.outputs) w.tag(12, LEN).bytes(valueInfoProto(info))
  })
  return message(w => {
    w.tag(1, INT).int64(8)
    w.tag(2, LEN).string('mri-lab')
    if (producerVersion !== undefined) w.tag(3, LEN).string(producerVersion)
    w.tag(7, LEN).bytes(graph)
    w.tag(8, LEN).bytes(opset('', 17))
    for (const [domain, version] of Object.entries(domains)) w.tag(8, LEN).bytes(opset(domain, version))
    for (const [key, value] of Object.entries(metadata))
      w.tag(14, LEN).bytes(message(entry => void entry.tag(1, LEN).string(key).tag(2, LEN).string(value)))
  })
}

export const LEN = WireType.LengthDelimited
const INT = WireType.Varint

export function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter()
  write(writer)
  return writer.finish()
}

export function nodeProto(node: OnnxNode): Uint8Array {
  return message(w => {
    for (const input of node.inputs) w.tag(1, LEN).string(input)
    for (const output of node.outputs) w.tag(2, LEN).string(output)
    w.tag(3, LEN).string(node.outputs[0]!)
    w.tag(4, LEN).string(node.type)
    for (const [name, value] of Object.entries(node.attributes)) w.tag(5, LEN).bytes(attributeProto(name, value))
    if (node.domain !== '') w.tag(7, LEN).string(node.domain)
  })
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  return message(w => {
    w.tag(1, LEN).string(name)
    if (typeof value === 'number') w.tag(3, INT).int64(value).tag(20, INT).int32(2)
    else if (typeof value === 'string') w.tag(4, LEN).bytes(new TextEncoder().encode(value)).tag(20, INT).int32(3)
    else if ('graph' in value) w.tag(6, LEN).bytes(value.graph).tag(20, INT).int32(5)
    else if ('float' in value) w.tag(2, WireType.Bit32).float(value.float).tag(20, INT).int32(1)
    else {
      for (const each of value) w.tag(8, INT).int64(each)
      w.tag(20, INT).int32(7)
    }
  })
}

function tensorProto({ name, shape, element, values }: Initializer): Uint8Array {
  return message(w => {
    for (const size of shape) w.tag(1, INT).int64(size)
    w.tag(2, INT).int32(ELEMENT[element])
    w.tag(8, LEN).string(name)
    w.tag(9, LEN).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) // raw_data, little-endian
  })
}

export function valueInfoProto({ name, shape, element }: OpenValueInfo): Uint8Array {
  const dimension = (size: number | string | null) =>
    message(d => {
      if (typeof size === 'number') d.tag(1, INT).int64(size)
      else if (size !== null) d.tag(2, LEN).string(size)
    })
  const dimensions = message(w => {
    for (const size of shape) w.tag(1, LEN).bytes(dimension(size))
  })
  const tensorType = message(w => w.tag(1, INT).int32(ELEMENT[element]).tag(2, LEN).bytes(dimensions))
  return message(w =>
    w
      .tag(1, LEN)
      .string(name)
      .tag(2, LEN)
      .bytes(message(t => t.tag(1, LEN).bytes(tensorType))),
  )
}
