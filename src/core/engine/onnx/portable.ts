/**
 * A definition as an ONNX model for other runtimes: its state inside as initializers, ONNX's own operators only, and the first axis of inputs and
 * outputs open. Definitions have fixed shapes, so it is lowered for two batch sizes; what differs between the two models is what depends on the batch.
 */
import { LabError } from '../../shared/errors.ts'
import { optimise } from '../passes/index.ts'
import type { Definition } from '../program.ts'
import { trace } from '../trace/trace.ts'
import { lowerInto } from './lower.ts'
import {
  type Attribute,
  type Initializer,
  type ModelDescription,
  modelProto,
  OnnxModel,
  type OnnxNode,
  type OnnxParts,
  type OpenValueInfo,
} from './model.ts'

/** The name of the open axis. */
const BATCH = 'batch'
/** Primes: no other size of a model is a multiple of one by accident. */
const SIZES = [89, 97] as const

/**
 * @param definitionOf the definition for a batch size, which is the first axis of its first input
 * @param state a value for every tensor of the definition's state
 * @throws LabError `failed` where something in the definition cannot follow an open batch
 */
export function portableModel(
  definitionOf: (batch: number) => Definition,
  state: Readonly<Record<string, Float32Array>>,
  description: Pick<ModelDescription, 'producerVersion' | 'metadata'>,
): Uint8Array {
  const [first, second] = SIZES.map(batch => {
    const definition = definitionOf(batch)
    const model = new OnnxModel()
    lowerInto(model, optimise(trace(definition), 'cuda'), definition.name, 'cuda', { values: state }) // the rules without onnxruntime's own operators
    return { name: definition.name, parts: model.parts() }
  })
  return modelProto(openBatch(first!.parts, second!.parts, first!.name), 'model', description)
}

function openBatch(first: OnnxParts, second: OnnxParts, name: string): OnnxParts {
  const refuse = (what: string): never => {
    throw new LabError('failed', `${name}: cannot be written for any batch size: ${what}`)
  }
  const structure = (parts: OnnxParts): string => JSON.stringify(parts.nodes)
  if (structure(first) !== structure(second)) refuse('its operations depend on the batch size')
  const values = new Map(second.initializers.map(each => [each.name, each]))
  const uses = usesOf(first.nodes)
  const opened: Opened[] = first.initializers.map(each => {
    const other = values.get(each.name)
    if (other === undefined) return refuse(`'${each.name}' is there for one size only`)
    if (isSame(each, other)) return { initializers: [each], nodes: [] }
    if (each.element === 'float32') return repeatedRow(each, other) ?? refuse(`the constant '${each.name}' depends on it`)
    const users = uses.get(each.name) ?? []
    if (users.every(use => use === 'Reshape 1'))
      return anySize(each, other) ?? refuse(`'${each.name}' has two sizes that do`)
    return refuse(`'${each.name}' depends on it, and serves ${users.join(', ')}`)
  })
  return {
    nodes: [...opened.flatMap(({ nodes }) => nodes), ...first.nodes],
    initializers: opened.flatMap(({ initializers }) => initializers),
    inputs: first.inputs.map((info, i) => openShape(info, second.inputs[i]!)),
    outputs: first.outputs.map((info, i) => openShape(info, second.outputs[i]!)),
  }

  /** A constant whose rows are all alike, as many as the batch has: one row, repeated when the batch is known. */
  function repeatedRow(each: Initializer, other: Initializer): Opened | null {
    const [rows = 0, ...rest] = each.shape
    const length = each.values.length / rows
    if (rows !== SIZES[0] || other.shape[0] !== SIZES[1] || other.values.length !== length * SIZES[1]) return null
    const all = [...other.values, ...each.values]
    if (!all.every((value, at) => value === all[at % length])) return null
    const row: Initializer = { ...each, name: `${each.name}.row`, shape: [1, ...rest], values: each.values.slice(0, length) }
    const sizes = int64s(`${each.name}.sizes`, rest)
    const nodes = [
      node('Shape', [first.inputs[0]!.name], `${each.name}.batch`, { start: 0, end: 1 }),
      node('Concat', [`${each.name}.batch`, sizes.name], `${each.name}.shape`, { axis: 0 }),
      node('Expand', [row.name, `${each.name}.shape`], each.name, {}),
    ]
    return { initializers: [row, sizes], nodes }
  }
}

interface Opened {
  readonly initializers: readonly Initializer[]
  readonly nodes: readonly OnnxNode[]
}

/** A shape of which one size follows the batch: Reshape finds it by itself. Null where several do. */
function anySize(each: Initializer, other: Initializer): Opened | null {
  const sizes = [...each.values].map(Number)
  const others = [...other.values].map(Number)
  const following = sizes.flatMap((size, at) => (size === others[at] ? [] : [at]))
  if (sizes.length !== others.length || following.length !== 1) return null
  return { initializers: [int64s(each.name, sizes.with(following[0]!, -1))], nodes: [] }
}

function openShape(info: OpenValueInfo, other: OpenValueInfo): OpenValueInfo {
  return { ...info, shape: info.shape.map((size, axis) => (size === other.shape[axis] ? size : BATCH)) }
}

/** For each value: the operators that take it, each with the place it has among their inputs. */
function usesOf(nodes: readonly OnnxNode[]): Map<string, string[]> {
  const uses = new Map<string, string[]>()
  for (const { type, inputs } of nodes) {
    for (const [at, input] of inputs.entries()) uses.set(input, [...(uses.get(input) ?? []), `${type} ${at}`])
  }
  return uses
}

function isSame(a: Initializer, b: Initializer): boolean {
  if (a.values === b.values) return true // weights, however many
  return `${a.shape}` === `${b.shape}` && a.values.every((value: number | bigint, i: number) => value === b.values[i])
}

function int64s(name: string, values: readonly number[]): Initializer {
  return { name, shape: [values.length], element: 'int64', values: BigInt64Array.from(values.map(BigInt)) }
}

function node(type: string, inputs: readonly string[], output: string, attributes: Record<string, Attribute>): OnnxNode {
  return { type, inputs, outputs: [output], attributes, domain: '' }
}
