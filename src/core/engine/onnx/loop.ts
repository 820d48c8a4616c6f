/**
 * Several runs of a lowered model as one: the model becomes the body of an ONNX Loop. What the body updates of the state is carried from turn
 * to turn, so on a device it goes there once and comes back once, however many turns there are; inputs lie stacked `[runs, ...]`, each turn takes its
 * own; outputs come back stacked. State that the body only reads is seen from inside the loop as it is.
 *
 * Works on the bytes of the model, so that it knows nothing of how they were made. Field numbers are those of onnx.proto; the Loop is that of opset 17.
 */
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire'
import type { Specs } from '../program.ts'
import { type LoweredModel, next } from './lower.ts'
import { LEN, message, nodeProto, type OnnxNode, valueInfoProto } from './model.ts'

/** The number of turns, an int64 scalar. */
export const TURNS = 'loop.turns'

/** A state tensor before the first turn and after the last; an input or output of all turns, stacked. */
export const before = (name: string): string => `${name}.before`
export const after = (name: string): string => `${name}.after`
export const stacked = (name: string): string => `${name}.stacked`

/** Field numbers of ModelProto and GraphProto. */
const GRAPH = 7
const [NODE, NAME, INITIALIZER, INPUT, OUTPUT] = [1, 2, 5, 11, 12] as const

/** @param inputs what the definition takes in one run */
export function loopModel({ bytes, stateIn, stateOut, inputs: names, outputs }: LoweredModel, inputs: Specs): Uint8Array {
  const model = fieldsOf(bytes)
  const graph = fieldsOf(model.find(field => field.number === GRAPH)!.bytes)
  const all = (number: number): Uint8Array[] => graph.filter(field => field.number === number).map(field => field.bytes)
  const named = (number: number): Map<string, Uint8Array> => new Map(all(number).map(info => [nameOf(info), info]))
  const inputInfo = named(INPUT)
  const outputInfo = named(OUTPUT)

  const body = graphProto('turn', {
    nodes: [
      ...names.map(name => node('Gather', [stacked(name), 'loop.turn'], [name], { axis: 0 })),
      ...all(NODE),
      node('Identity', ['loop.go'], ['loop.on']),
    ],
    initializers: all(INITIALIZER),
    inputs: [
      valueInfoProto({ name: 'loop.turn', shape: [], element: 'int64' }),
      valueInfoProto({ name: 'loop.go', shape: [], element: 'bool' }),
      ...stateOut.map(name => inputInfo.get(name) ?? renamed(outputInfo.get(next(name))!, name)),
    ],
    outputs: [
      valueInfoProto({ name: 'loop.on', shape: [], element: 'bool' }),
      ...stateOut.map(name => outputInfo.get(next(name))!),
      ...Object.keys(outputs).map(name => outputInfo.get(name)!),
    ],
  })
  const stackedInfo = (specs: Specs, name: string): Uint8Array => {
    const { shape, dtype } = specs[name]!
    return valueInfoProto({ name: stacked(name), shape: [null, ...shape], element: dtype })
  }
  const results = [...stateOut.map(after), ...Object.keys(outputs).map(stacked)]
  const outer = graphProto('turns', {
    nodes: [node('Loop', [TURNS, '', ...stateOut.map(before)], results, { body: { graph: body } })],
    initializers: [],
    inputs: [
      valueInfoProto({ name: TURNS, shape: [], element: 'int64' }),
      ...stateOut.map(name => renamed(outputInfo.get(next(name))!, before(name))),
      ...stateIn.filter(name => !stateOut.includes(name)).map(name => inputInfo.get(name)!),
      ...names.map(name => stackedInfo(inputs, name)),
    ],
    outputs: [
      ...stateOut.map(name => renamed(outputInfo.get(next(name))!, after(name))),
      ...Object.keys(outputs).map(name => stackedInfo(outputs, name)),
    ],
  })
  return message(w => {
    for (const field of model) w.tag(field.number, field.wire).raw(field.number === GRAPH ? delimited(outer) : field.raw)
  })
}

interface Field {
  readonly number: number
  readonly wire: WireType
  /** Its value as it stands: with its length where it has one. */
  readonly raw: Uint8Array
  /** Its value; empty where it is no bytes. */
  readonly bytes: Uint8Array
}

function fieldsOf(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes)
  const fields: Field[] = []
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const raw = reader.skip(wire)
    fields.push({ number, wire, raw, bytes: wire === LEN ? new BinaryReader(raw).bytes() : new Uint8Array() })
  }
  return fields
}

function delimited(bytes: Uint8Array): Uint8Array {
  return message(w => w.bytes(bytes))
}

function nameOf(valueInfo: Uint8Array): string {
  return new TextDecoder().decode(fieldsOf(valueInfo).find(field => field.number === 1)!.bytes)
}

function renamed(valueInfo: Uint8Array, name: string): Uint8Array {
  return message(w => {
    w.tag(1, LEN).string(name)
    for (const field of fieldsOf(valueInfo)) if (field.number !== 1) w.tag(field.number, field.wire).raw(field.raw)
  })
}

function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): Uint8Array {
  return nodeProto({ type, inputs, outputs, attributes, domain: '' })
}

function graphProto(
  name: string,
  parts: Readonly<Record<'nodes' | 'initializers' | 'inputs' | 'outputs', readonly Uint8Array[]>>,
): Uint8Array {
  return message(w => {
    for (const each of parts.nodes) w.tag(NODE, LEN).bytes(each)
    w.tag(NAME, LEN).string(name)
    for (const each of parts.initializers) w.tag(INITIALIZER, LEN).bytes(each)
    for (const each of parts.inputs) w.tag(INPUT, LEN).bytes(each)
    for (const each of parts.outputs) w.tag(OUTPUT, LEN).bytes(each)
  })
}
