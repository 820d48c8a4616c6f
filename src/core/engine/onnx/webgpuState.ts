import { Tensor } from 'onnxruntime-node'
import { LabError } from '../../shared/errors.ts'
import { type EngineState, type Specs, sizeOf } from '../program.ts'
import type { WebgpuTransfer } from './webgpuTransfer.ts'

/**
 * State in GPU buffers. A step gives each tensor it updates a new buffer, which takes the old one's place; nothing crosses to main memory until
 * someone reads it. Values written here go over together, when a program first needs one of them.
 */
export class WebgpuState implements EngineState {
  readonly specs: Specs
  private readonly transfer: WebgpuTransfer
  private readonly released: () => void
  private readonly resident = new Map<string, Tensor>()
  /** Written since a program last ran: newer than what is resident. */
  private readonly written = new Map<string, Tensor>()

  constructor(specs: Specs, values: Readonly<Record<string, Float32Array>>, transfer: WebgpuTransfer, released: () => void) {
    this.specs = specs
    this.transfer = transfer
    this.released = released
    for (const [name, { shape }] of Object.entries(specs)) this.put(name, values[name] ?? new Float32Array(sizeOf(shape)))
  }

  /** The tensors a program reads, on the GPU. */
  async inputs(names: readonly string[]): Promise<Record<string, Tensor>> {
    if (names.some(name => this.written.has(name))) await this.upload()
    return Object.fromEntries(
      names.map(name => {
        const tensor = this.resident.get(name)
        if (tensor === undefined) throw new LabError('failed', `there is no state named '${name}'`)
        return [name, tensor]
      }),
    )
  }

  /** Takes what a program made of some of the state; the tensors are the state's to dispose. */
  take(updates: Readonly<Record<string, Tensor>>): void {
    for (const [name, tensor] of Object.entries(updates)) {
      this.resident.get(name)?.dispose()
      this.resident.set(name, tensor)
      this.written.delete(name)
    }
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<Record<string, Float32Array>> {
    for (const name of names) this.spec(name)
    const away = names.filter(name => !this.written.has(name))
    const copies = await this.transfer.copy(
      away.map(name => this.resident.get(name)!),
      'cpu',
    )
    const fetched = new Map(away.map((name, i) => [name, copies[i]!.data as Float32Array]))
    return Object.fromEntries(
      names.map(name => [name, fetched.get(name) ?? Float32Array.from(this.written.get(name)!.data as Float32Array)]),
    )
  }

  async write(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) this.put(name, value)
  }

  release(): void {
    for (const tensor of this.resident.values()) tensor.dispose()
    this.resident.clear()
    this.written.clear()
    this.released()
  }

  private put(name: string, value: Float32Array): void {
    const { shape } = this.spec(name)
    if (value.length !== sizeOf(shape))
      throw new LabError('failed', `state '${name}' holds ${sizeOf(shape)} numbers, not ${value.length}`)
    this.written.set(name, new Tensor('float32', value.slice(), [...shape]))
  }

  private async upload(): Promise<void> {
    const names = [...this.written.keys()]
    const copies = await this.transfer.copy([...this.written.values()], 'gpu-buffer')
    this.take(Object.fromEntries(names.map((name, i) => [name, copies[i]!])))
  }

  private spec(name: string) {
    const spec = this.specs[name]
    if (spec === undefined) throw new LabError('failed', `there is no state named '${name}'`)
    return spec
  }
}
