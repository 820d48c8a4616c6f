/** The header's second line, in the room it has. */
import { expect, it } from 'vitest'
import { NO_STATUS } from '../../src/runner/index.ts'
import { statusWords } from '../../src/ui/statusWords.ts'

const engine = { name: 'onnx-cpu', threads: 1, workers: 2 }
const status = { ...NO_STATUS, study: 'mild-and-moderate', done: 120, total: 120 }

it.each([
  [100, 'no study running · last study mild-and-moderate 120 of 120 · onnx-cpu, 2 workers of 1 thread'],
  [80, 'no study running · last study mild-and-moderate 120 of 120 · onnx-cpu'],
  [60, 'no study running · last study mild-and-moderate 120 of 120'],
  // Cut by whoever draws it: there is nothing less to say.
  [40, 'no study running · last study mild-and-moderate 120 of 120'],
])('says within %i columns what is whole', (width, words) => {
  expect(statusWords(status, engine, width)).toBe(words)
})
