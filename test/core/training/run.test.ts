/** Whole runs on the real engine that do not go well: a learning rate nothing survives, an engine that fails between two steps. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runRecord } from '../../../src/cli/runRecord.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import { compileLoop } from '../../../src/core/engine/onnx/loopProgram.ts'
import type { Arrays, Engine, EngineState } from '../../../src/core/engine/program.ts'
import { makeTable, runResult } from '../../../src/core/study/index.ts'
import { Programs } from '../../../src/core/training/programs.ts'
import { trainRun } from '../../../src/core/training/run.ts'
import { learningRateAt, type TrainingTask } from '../../../src/core/training/task.ts'
import { openStore } from '../../../src/store/index.ts'
import { dataset, planned } from '../../store/laboratory.ts'

const SIZE = 16
const images = { size: SIZE, bytes: Uint8Array.from({ length: 26 * SIZE * SIZE }, (_, i) => (i * 7919) % 256) }
const all = Array.from({ length: 26 }, (_, place) => ({ id: `image-${place}`, place, label: place % 2 }))
const task: TrainingTask = {
  model: 'cnn',
  size: SIZE,
  classes: ['NonDemented', 'MildDemented'],
  train: all.slice(0, 20),
  validation: all.slice(20),
  policy: 'none',
  seed: 1,
  index: 0,
  batch: 8,
  learningRate: 1e-3,
  epochs: 50,
  patience: 3,
}

function train(given: Partial<TrainingTask>, engine: Engine = onnxCpuEngine({ threads: 1, device: 'test' })) {
  const quiet = { images, clock: () => 0, onEpoch: () => {}, stopped: () => false }
  return trainRun({ ...task, ...given }, { programs: new Programs(engine), ...quiet })
}

describe('a run that diverges', () => {
  it.each([8, 3])('ends by patience and says at which step, with micro-batches of %i', async microBatch => {
    const trained = await train({ learningRate: 1e12, microBatch })
    expect(trained.stoppedBy).toBe('patience')
    expect(trained.history).toHaveLength(3)
    for (const epoch of trained.history) expect(epoch.validationLoss).toBeNaN()
    expect(trained.bestEpoch).toBe(1)
    expect(trained.diverged).toMatchObject({ epoch: 1 })
    expect(trained.diverged!.step).toBeGreaterThan(1) // the first loss is that of the initial weights
    expect(trained.diverged!.step).toBeLessThanOrEqual(3)
  })

  it('and one that does not says nothing', async () => {
    expect((await train({ epochs: 2 })).diverged).toBeNull()
  })

  it('is done, counts, ranks last, and is null in JSON and in the database', async () => {
    const wild = { ...task, learningRate: 1e12 }
    const trained = await train(wild)
    const folder = mkdtempSync(join(tmpdir(), 'mri-lab-'))
    const store = openStore(join(folder, 'lab.db'), { now: () => new Date(0), mode: 'write' })
    onTestFinished(() => {
      store.close()
      rmSync(folder, { recursive: true })
    })
    store.datasets.add(dataset('sample'))
    store.studies.add({ name: 'wild', dataset: 'sample', spec: {} })
    const ids = store.runs.queue(
      'wild',
      Array.from({ length: 7 }, (_, index) => planned(`key ${index}`, { index })),
    )
    const good = await train({ epochs: 1 })
    for (const [i, id] of ids.entries()) {
      const result = runResult(i < 2 ? wild : task, i < 2 ? trained : good, 'c'.repeat(64), { ordered: true })
      store.runs.markRunning(id, 'onnx-cpu')
      const epochs = i < 2 ? trained.history : good.history
      store.runs.finish(id, { result, epochs, training: {}, provenance: {} })
    }
    const runs = store.runs.list()
    expect(runs[0]).toMatchObject({ status: 'done', result: { validationLoss: Number.NaN, stoppedBy: 'patience' } })
    const record = JSON.parse(JSON.stringify(runRecord(runs[0]!)))
    expect(record).toMatchObject({ validationLoss: null, finalValidationLoss: null, auc: null, status: 'done' })
    expect(record.diverged).toEqual({
      ...trained.diverged,
      hint: expect.stringContaining('learning rate than 1000000000000'),
    })
    expect(JSON.parse(JSON.stringify(runRecord(runs[6]!)))).toMatchObject({ diverged: null })
    const cell = { models: ['cnn'], policies: ['none'], scenarios: ['100/0'] }
    const about = { study: 'wild', metric: 'loss', on: 'validation', split: 'random', runsOfCell: 7, ...cell, runs } as const
    const [row] = makeTable(about).rows
    const usual = good.history[0]!.validationLoss
    expect(row!.cells[0]).toMatchObject({ n: 7, median: usual, low: usual, high: Number.POSITIVE_INFINITY })
    expect(row!.cells[0]!.marks).toContain('diverged runs: 2')
  })
})

describe('an engine that throws in mid-step', () => {
  /** The real engine, whose programs fail once, at one call. */
  function failing(at: number, error: Error): { engine: Engine; released: () => number } {
    const real = onnxCpuEngine({ threads: 1, device: 'test' })
    let [calls, released] = [0, 0]
    const engine: Engine = {
      ...real,
      createState(specs, values) {
        const state = real.createState(specs, values)
        const release = state.release.bind(state)
        state.release = () => {
          released++
          release()
        }
        return state
      },
      async compile(definition) {
        const program = await real.compile(definition)
        const run = program.run.bind(program)
        program.run = async (state, inputs) => {
          if (++calls === at) throw error
          return run(state, inputs)
        }
        return program
      },
    }
    return { engine, released: () => released }
  }

  it('fails the run, gives its state back, and the next run on it is as if nothing had been', async () => {
    const { engine, released } = failing(5, new Error('the device hiccuped'))
    const programs = new Programs(engine)
    const quiet = { programs, images, clock: () => 0, onEpoch: () => {}, stopped: () => false }
    await expect(trainRun({ ...task, epochs: 2 }, quiet)).rejects.toThrow('the device hiccuped')
    expect(released()).toBe(1)
    const after = await trainRun({ ...task, epochs: 2 }, quiet)
    expect(after).toEqual(await train({ epochs: 2 }))
  })
})

it('epochs of other lengths are the same training, looked at after other steps', async () => {
  const usual = await train({ batch: 4, epochs: 3, patience: 3 }) // of 20 images
  const other = await train({ batch: 4, epochs: 5, patience: 5, epochImages: 12 })
  expect(other.history.at(-1)!.validationLoss).toBe(usual.history.at(-1)!.validationLoss)
  const risen = { learningRate: 0.3, warmupEpochs: 1, train: all, epochImages: 40, batch: 8 }
  expect([1, 5, 6].map(t => learningRateAt(t, risen))).toEqual([0.06, 0.3, 0.3])
})

it('an engine that takes several steps a call trains the same run, short last batch included', async () => {
  const alone = onnxCpuEngine({ threads: 1, device: 'test' })
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, graphOptimizationLevel: 'extended' } as const
  const calls: number[] = []
  const looping: Engine = {
    ...alone,
    async compile(definition) {
      const program = await compileLoop(definition, 'cpu', options, 2)
      const count = (state: EngineState, inputs: readonly Arrays[]) => {
        if (definition.name.includes('training step')) calls.push(inputs.length)
        return program.runMany!(state, inputs)
      }
      return {
        run: (state, inputs) => program.run(state, inputs),
        runMany: count,
        runsAtOnce: 2,
        release: () => program.release(),
      }
    },
  }
  const expected = await train({ epochs: 2 }, alone)
  const found = await train({ epochs: 2 }, looping)
  expect(calls).toEqual([2, 1, 2, 1]) // 20 images in batches of 8, twice
  expect(found.history).toEqual(expected.history)
  expect(Buffer.compare(found.checkpoint, expected.checkpoint)).toBe(0)
})
