/** What generators that learn are given, over a store: an engine that starts when it is first asked for, and models as content files. */
import { setImmediate } from 'node:timers/promises'
import { createEngine, type Engine, type EngineRequest, loweringOf } from '../core/engine/index.ts'
import type { LearningContext } from '../core/synthesis/index.ts'
import type { Store } from '../store/index.ts'

export interface LearningRequest {
  readonly engine: EngineRequest
  /** Is told after each step of a training. */
  readonly onTraining?: (step: number, total: number, note: string) => void
}

/** Release it when the images are made. */
export interface OpenedLearning extends LearningContext {
  release(): Promise<void>
}

export function openLearning(
  store: Store,
  { generator, dataset }: { readonly generator: string; readonly dataset: string },
  { engine, onTraining = () => {} }: LearningRequest,
): OpenedLearning {
  let started: Promise<Engine> | null = null
  return {
    engine: engine.engine,
    lowering: loweringOf(engine.engine),
    start() {
      started ??= createEngine(engine)
      return started
    },
    models: {
      find(key) {
        const found = store.generatorModels.get(key)
        if (found === null) return null
        const { step, steps: total, sha256 } = found
        return { step, total, bytes: store.files.read(sha256, { verify: true }) }
      },
      keep(key, { step, total: steps, bytes }) {
        const sha256 = store.files.write(bytes)
        const unused = store.generatorModels.put({ key, dataset, generator, step, steps, sha256 })
        if (unused !== null) store.files.remove(unused)
      },
    },
    async progress(step, total, note) {
      onTraining(step, total, note)
      await setImmediate() // so that Ctrl+C is heard
    },
    async release() {
      await (await started)?.release()
    },
  }
}
