import { Tensor } from 'onnxruntime-node'
import { LabError } from '../../shared/errors.ts'
import { blockName, columnCuts } from '../passes/index.ts'
import { type EngineState, type Shape, type Specs, sizeOf } from '../program.ts'

/**
 * State in main memory, a tensor twice where a program reads it after it may have written it: a step writes the spare of such a pair and the
 * two change places; others are written where they lie (./overwritten.ts). Nothing is allocated or copied between steps. Big matrices lie in
 * blocks of columns, as the pass splitState wants them; who reads and writes state here does not see them.
 */
export class OnnxState implements EngineState {
  readonly specs: Specs
  private readonly current = new Map<string, Tensor>()
  private readonly spare = new Map<string, Tensor>()
  private readonly blocks: boolean

  /** @param blocks whether big matrices lie in blocks, as programs for the processor want them */
  constructor(specs: Specs, values: Readonly<Record<string, Float32Array>>, { blocks = true } = {}) {
    this.specs = specs
    this.blocks = blocks
    for (const [name, { shape }] of Object.entries(specs)) {
      for (const { part, columns } of partsOf(name, shape, this.blocks)) {
        const partShape = columns === null ? shape : [shape[0]!, columns[1] - columns[0]]
        this.current.set(part, new Tensor('float32', new Float32Array(sizeOf(partShape)), [...partShape]))
      }
      if (values[name] !== undefined) this.put(name, values[name])
    }
  }

  /** The tensor a program reads; `part` is a state name or a block's. */
  input(part: string): Tensor {
    return this.existing(part)
  }

  /** The tensor a program writes the next value of `part` to. */
  output(part: string): Tensor {
    let tensor = this.spare.get(part)
    if (tensor === undefined) {
      const { dims, size } = this.existing(part)
      tensor = new Tensor('float32', new Float32Array(size), [...dims])
      this.spare.set(part, tensor)
    }
    return tensor
  }

  /** Makes the spares just written the current values. */
  advance(parts: readonly string[]): void {
    for (const part of parts) {
      const written = this.spare.get(part)!
      this.spare.set(part, this.existing(part))
      this.current.set(part, written)
    }
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<Record<string, Float32Array>> {
    return Object.fromEntries(names.map(name => [name, this.get(name)]))
  }

  async write(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) this.put(name, value)
  }

  release(): void {
    this.current.clear()
    this.spare.clear()
  }

  private get(name: string): Float32Array {
    const { shape } = this.spec(name)
    const whole = new Float32Array(sizeOf(shape))
    this.eachRow(name, shape, (data, row) => whole.set(data, row))
    return whole
  }

  private put(name: string, value: Float32Array): void {
    const { shape } = this.spec(name)
    if (value.length !== sizeOf(shape)) {
      throw new LabError('failed', `state '${name}' holds ${sizeOf(shape)} numbers, not ${value.length}`)
    }
    this.eachRow(name, shape, (data, row) => data.set(value.subarray(row, row + data.length)))
  }

  /** Visits each contiguous stretch of a state tensor: where it lies, and where it starts in the whole. */
  private eachRow(name: string, shape: Shape, visit: (data: Float32Array, start: number) => void): void {
    for (const { part, columns } of partsOf(name, shape, this.blocks)) {
      const data = this.existing(part).data as Float32Array
      if (columns === null) visit(data, 0)
      else {
        const [from, to] = columns
        for (let row = 0; row < shape[0]!; row++) {
          visit(data.subarray(row * (to - from), (row + 1) * (to - from)), row * shape[1]! + from)
        }
      }
    }
  }

  private spec(name: string) {
    const spec = this.specs[name]
    if (spec === undefined) throw new LabError('failed', `there is no state named '${name}'`)
    return spec
  }

  private existing(part: string): Tensor {
    const tensor = this.current.get(part)
    if (tensor === undefined) throw new LabError('failed', `there is no state named '${part}'`)
    return tensor
  }
}

/** The tensors that a state tensor lies in, with the columns of each; null columns: all of it. */
function partsOf(name: string, shape: Shape, blocks: boolean): { part: string; columns: [number, number] | null }[] {
  const cuts = blocks ? columnCuts(shape) : null
  if (cuts === null) return [{ part: name, columns: null }]
  return cuts.slice(1).map((end, k) => ({ part: blockName(name, k), columns: [cuts[k]!, end] }))
}
