import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runBytes } from '../../../src/core/engine/memory.ts'
import {
  add,
  linear,
  mul,
  relu,
  reshape,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '../../../src/core/engine/primitives.ts'
import type { Definition } from '../../../src/core/engine/program.ts'
import { modelNamed } from '../../../src/core/models/index.ts'
import { workerBytes } from '../../../src/core/training/memory.ts'

const N = 1000
const BYTES = 4 * N

/** Of one vector of 1000 numbers. */
function definition(compute: (x: Tensor) => Tensor): Definition {
  const x = { shape: [N], dtype: 'float32' } as const
  return { name: 'test', state: {}, inputs: { x }, compute: (_, inputs) => ({ outputs: { y: compute(inputs.x!) } }) }
}

describe('bytes that a run takes', () => {
  it('count a value from where it is computed to its last use', () => {
    expect(runBytes(definition(x => square(x)))).toBe(BYTES)
    // Each result may be written over the one before.
    expect(runBytes(definition(x => relu(square(relu(square(x))))))).toBe(BYTES)
    // Both sides of the difference are alive, and one is written over.
    expect(runBytes(definition(x => sub(square(x), relu(x))))).toBe(2 * BYTES)
    // a is needed until the end, beside whatever is computed meanwhile.
    const kept = definition(x => {
      const a = square(x)
      return add(a, relu(mul(a, relu(x))))
    })
    expect(runBytes(kept)).toBe(2 * BYTES)
  })

  it('count no view of a value, and no input', () => {
    expect(runBytes(definition(x => sum(reshape(x, [10, 100]), 0)))).toBe(4 * 100)
  })

  it('grow with the batch', () => {
    const product = (rows: number): Definition => ({
      name: 'product',
      state: { w: { shape: [50, 20], dtype: 'float32' } },
      inputs: { x: { shape: [rows, 20], dtype: 'float32' } },
      compute: ({ w }, { x }) => ({ outputs: { y: mul(linear(x!, w!, null), scalar(2)) } }),
    })
    expect(runBytes(product(30)) - runBytes(product(10))).toBe(20 * 50 * 4)
  })
})

describe('bytes that a worker takes', () => {
  const model = modelNamed('cnn', 128, 4)

  it('are fewer in smaller batches and in micro-batches', () => {
    const bytes = [64, 32, 16].map(batch => workerBytes(model, { batch, microBatch: batch }))
    expect(bytes.toSorted((a, b) => b - a)).toEqual(bytes)
    expect(workerBytes(model, { batch: 64, microBatch: 8 })).toBeLessThan(bytes[0]!)
  })

  it.runIf(process.platform === 'linux')('are within a fifth of what a real trainer takes', () => {
    const bench = fileURLToPath(new URL('../../../bench/memory.ts', import.meta.url))
    const table = execFileSync(process.execPath, [bench, '--sizes', '64,128', '--batches', '32'], { encoding: 'utf8' })
    const ratios = table
      .trim()
      .split('\n')
      .slice(2)
      .map(row => Number(row.split('|').at(-2)))
    expect(ratios).toHaveLength(2)
    for (const ratio of ratios) {
      expect(ratio, table).toBeGreaterThan(0.8)
      expect(ratio, table).toBeLessThan(1.2)
    }
  })
})
