import { Tensor } from 'onnxruntime-node'
import { LabError } from '../../shared/errors.ts'
import { type EngineState, type Specs, sizeOf } from '../program.ts'

/**
 * State in main memory, each tensor twice where a program updates it: onnxruntime must not write an output over an input, so a step
 * writes the spare of each pair and the two change places. Nothing is allocated or copied between steps.
 */
export class OnnxState implements EngineState {
  readonly specs: Specs
  private readonly current = new Map<string, Tensor>()
  private readonly spare = new Map<string, Tensor>()

  constructor(specs: Specs, values: Readonly<Record<string, Float32Array>>) {
    this.specs = specs
    for (const [name, { shape }] of Object.entries(specs)) {
      this.current.set(name, new Tensor('float32', checked(name, values[name], sizeOf(shape)), [...shape]))
    }
  }

  /** The tensor a program reads. */
  input(name: string): Tensor {
    return this.existing(name)
  }

  /** The tensor a program writes `name`'s next value to. */
  output(name: string): Tensor {
    let tensor = this.spare.get(name)
    if (tensor === undefined) {
      const { dims, size } = this.existing(name)
      tensor = new Tensor('float32', new Float32Array(size), [...dims])
      this.spare.set(name, tensor)
    }
    return tensor
  }

  /** Makes the spares just written the current values. */
  advance(names: readonly string[]): void {
    for (const name of names) {
      const written = this.spare.get(name)!
      this.spare.set(name, this.existing(name))
      this.current.set(name, written)
    }
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<Record<string, Float32Array>> {
    return Object.fromEntries(names.map(name => [name, (this.existing(name).data as Float32Array).slice()]))
  }

  async write(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const data = this.existing(name).data as Float32Array
      data.set(checked(name, value, data.length))
    }
  }

  release(): void {
    this.current.clear()
    this.spare.clear()
  }

  private existing(name: string): Tensor {
    const tensor = this.current.get(name)
    if (tensor === undefined) throw new LabError('failed', `there is no state named '${name}'`)
    return tensor
  }
}

function checked(name: string, value: Float32Array | undefined, length: number): Float32Array {
  if (value === undefined) return new Float32Array(length)
  if (value.length !== length) throw new LabError('failed', `state '${name}' holds ${length} numbers, not ${value.length}`)
  return value.slice()
}
