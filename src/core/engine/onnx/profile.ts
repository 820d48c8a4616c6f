/** Reads onnxruntime's profile (Chrome's trace format): which nodes a program ran, and how long each took. */
import { z } from 'zod'
import { LabError } from '../../shared/errors.ts'

/** Nodes of one operator on operands of the same shapes. */
export interface NodeTime {
  /** As onnxruntime has it: it may have fused several of ours, or added its own. */
  readonly operator: string
  /** Of the operands: `4x32x64x64`; `scalar`. */
  readonly shapes: readonly string[]
  /** Nodes in one call of the program. */
  readonly count: number
  /** Of all of them in one call: each node at its median over the calls. */
  readonly milliseconds: number
}

const event = z.object({
  cat: z.string(),
  name: z.string(),
  dur: z.number(),
  args: z
    .object({
      op_name: z.string().optional(),
      input_type_shape: z.array(z.record(z.string(), z.array(z.number()))).optional(),
    })
    .optional(),
})
const profile = z.array(event)

const KERNEL = '_kernel_time'

/** Node times, the slowest first. @throws LabError `failed` for a text that is no profile */
export function readProfile(text: string): NodeTime[] {
  const events = parsed(text).filter(({ cat, name }) => cat === 'Node' && name.endsWith(KERNEL))
  const calls = new Map<string, { readonly kind: string; readonly durations: number[] }>()
  const kinds = new Map<string, { operator: string; shapes: string[]; count: number; microseconds: number }>()
  for (const { name, dur, args } of events) {
    const operator = args?.op_name ?? name.slice(0, -KERNEL.length)
    const shapes = (args?.input_type_shape ?? []).flatMap(operand => Object.values(operand)).map(shapeText)
    const kind = JSON.stringify([operator, shapes])
    const call = calls.get(name) ?? { kind, durations: [] }
    call.durations.push(dur)
    calls.set(name, call)
    if (!kinds.has(kind)) kinds.set(kind, { operator, shapes, count: 0, microseconds: 0 })
  }
  for (const { kind, durations } of calls.values()) {
    const sum = kinds.get(kind)!
    sum.count++
    sum.microseconds += durations.sort((a, b) => a - b)[Math.floor(durations.length / 2)]!
  }
  return [...kinds.values()]
    .map(({ operator, shapes, count, microseconds }) => ({ operator, shapes, count, milliseconds: microseconds / 1000 }))
    .sort((a, b) => b.milliseconds - a.milliseconds)
}

function parsed(text: string): z.infer<typeof profile> {
  try {
    return profile.parse(JSON.parse(text))
  } catch (cause) {
    throw new LabError('failed', "onnxruntime's profile could not be read", { cause })
  }
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('x')
}
