/**
 * The eager engine: calls a definition on a tfjs backend, inside tidy. On tfjs's own 'cpu' backend it is the reference that
 * every other engine is compared with: slow and plain.
 */
import * as tf from '#tfjs'
import { LabError } from '../shared/errors.ts'
import type { Arrays, Definition, Engine, EngineIdentity, EngineState, Program, Specs, Tensors } from './program.ts'
import { EAGER, sizeOf } from './program.ts'
import { withBackend } from './trace/backend.ts'

/** The reference engine: tfjs-core on its pure JavaScript backend. */
export function referenceEngine(device: string): Engine {
  return eagerEngine('cpu', {
    engine: 'reference',
    device,
    threads: 1,
    lowering: EAGER,
    versions: { tfjs: tf.version_core },
  })
}

/** A definition called on a tfjs backend, whose operations compute at once. */
export function eagerEngine(backend: string, identity: EngineIdentity): Engine {
  tf.enableProdMode() // silences tfjs's advice to install another backend
  return {
    identity,
    createState: (specs, values) => new EagerState(backend, specs, values),
    compile: async definition => new EagerProgram(backend, definition),
    async release() {},
  }
}

class EagerState implements EngineState {
  readonly specs: Specs
  readonly tensors = new Map<string, tf.Tensor>()
  private readonly backend: string

  constructor(backend: string, specs: Specs, values: Readonly<Record<string, Float32Array>>) {
    this.specs = specs
    this.backend = backend
    for (const name of Object.keys(specs)) this.put(name, values[name] ?? new Float32Array(sizeOf(specs[name]!.shape)))
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<Record<string, Float32Array>> {
    return withBackend(this.backend, () =>
      Object.fromEntries(names.map(name => [name, Float32Array.from(this.tensors.get(name)!.dataSync())])),
    )
  }

  async write(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) this.put(name, value)
  }

  release(): void {
    for (const tensor of this.tensors.values()) tensor.dispose()
    this.tensors.clear()
  }

  private put(name: string, value: Float32Array): void {
    const spec = this.specs[name]
    if (spec === undefined || sizeOf(spec.shape) !== value.length)
      throw new LabError('failed', `state '${name}' does not fit`)
    withBackend(this.backend, () => this.replace(name, tf.tensor(value.slice(), [...spec.shape])))
  }

  replace(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose()
    this.tensors.set(name, tensor)
  }
}

class EagerProgram implements Program {
  private readonly backend: string
  private readonly definition: Definition

  constructor(backend: string, definition: Definition) {
    this.backend = backend
    this.definition = definition
  }

  async run(state: EngineState, inputs: Arrays): Promise<Record<string, Float32Array | Int32Array>> {
    if (!(state instanceof EagerState)) throw new LabError('failed', 'this state belongs to another engine')
    return withBackend(this.backend, () => {
      const fed: Tensors = Object.fromEntries(
        Object.entries(this.definition.inputs).map(([name, { shape, dtype }]) => {
          const values = inputs[name]
          if (values === undefined) throw new LabError('failed', `the input '${name}' is missing`)
          return [name, tf.tensor(values, [...shape], dtype)]
        }),
      )
      const results: { outputs: Tensors; state: Tensors } = { outputs: {}, state: {} }
      tf.tidy(() => {
        const computed = this.definition.compute(Object.fromEntries(state.tensors), fed)
        results.outputs = kept(computed.outputs)
        results.state = kept(computed.state ?? {})
      })
      const outputs = Object.fromEntries(Object.entries(results.outputs).map(([name, tensor]) => [name, valuesOf(tensor)]))
      for (const [name, tensor] of Object.entries(results.state)) state.replace(name, tensor)
      tf.dispose([Object.values(fed), Object.values(results.outputs)])
      return outputs
    })
  }

  async release(): Promise<void> {}
}

function kept(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.keep(tensor)]))
}

function valuesOf(tensor: tf.Tensor): Float32Array | Int32Array {
  const data = tensor.dataSync()
  return tensor.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data)
}
