/** Keys of runs as databases of before hold them: one that changes makes every finished run of its kind be trained again. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Dataset, DatasetImage } from '../../../src/core/dataset/index.ts'
import { parseSpec, planBank, planRuns } from '../../../src/core/study/index.ts'

const CLASSES = ['NonDemented', 'MildDemented']
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const ENGINE = { engine: 'onnx-cpu', lowering: '1' } as const

function image(label: number, part: DatasetImage['part'], n: number): DatasetImage {
  const sha256 = hashOf(`${label} ${part} ${n}`)
  const place = { label, part, sourcePart: null, width: 8, height: 8, offset: 0, origin: '' }
  return { id: `${sha256}-1`, sha256, ...place }
}

const dataset: Dataset = {
  ...{ name: 'd', fingerprint: 'f', classes: CLASSES, simulatedLabels: false, pixels: 'p', rejected: [] },
  split: { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
  images: [0, 1].flatMap(label => [
    ...Array.from({ length: label === 0 ? 20 : 7 }, (_, n) => image(label, 'train', n)),
    image(label, 'validation', 0),
  ]),
}

const SCENARIOS = [
  { name: '100/0', real: 1 },
  { name: '80/20', real: 0.8, synthetic: 0.2, generator: 'morph', classes: ['MildDemented'] },
  { name: 'copies', real: { NonDemented: 0.5, MildDemented: 1 }, synthetic: 0.3, generator: 'duplicate' },
]

function keysOf(scenarios: readonly object[], given: object = {}): Record<string, string> {
  const least = { name: 's', dataset: 'd', models: ['cnn', 'vit'], policies: ['flip'], controls: true, runs: 1 }
  const spec = parseSpec({ ...least, scenarios, ...given }, 'spec')
  const bank = planBank(spec, [dataset], [], () => () => [])
  const runs = planRuns(spec, [dataset], ENGINE, {}, bank)
  return Object.fromEntries(runs.map(({ cell, key }) => [`${cell.model} ${cell.scenario}`, key]))
}

describe('the key of a run', () => {
  it('is what databases hold that know no further controls', () => {
    expect(keysOf(SCENARIOS)).toMatchInlineSnapshot(`
      {
        "cnn 100/0": "2f9cd75a83dc36d7ec8dc7608a6478b368930c1de35b9603006122fee9fc38d9",
        "cnn 80/20": "c561d9a2f7dfc0757563f534c53eb58b35a15dba4c32a37ab4b1722c838dc4b3",
        "cnn 80/20 control": "e078d463101e255abea269461a81d71c4bbdd687f5962093761e21b1c1b4e3a8",
        "cnn copies": "6ff42fcdd9c460a3ba354a395f4c6c648c2e18c630b44c94e50f256cac10c3ac",
        "vit 100/0": "8cf6c37abbd2ef604df93b6007374689e3404b6b8369ad3ea787b591bb12d471",
        "vit 80/20": "dd784116ae7e62596df7e494ec60015d60f139b412d5ce7b4a4124e4508e7d38",
        "vit 80/20 control": "015958c1f6c25289f045d201c5d7efbda421280a0e5c5e9aaae21b523f1c3777",
        "vit copies": "280475031277245feedb247b8bdec27942bea1406eab74b4bd0b8ac393b753f7",
      }
    `)
    expect(
      keysOf(SCENARIOS.slice(1, 2), { sources: 'fixed', microBatch: 4, fineTune: 'head', size: 32 }),
    ).toMatchInlineSnapshot(`
      {
        "cnn 80/20": "7ad5b0365b0b57381f4a5f47f5b987e21c7c8a033f87b797a02505524c6d37a3",
        "cnn 80/20 control": "f0d6031b389f79632095309c7430371adab276b97db95a813086ecb24eb8d1c7",
        "vit 80/20": "643d0977380b0e5294b74bbd9a869e975c3082d511bcd5c71f3da56f6ce72a81",
        "vit 80/20 control": "5df18fb00c8c12513769dc2e601e7b1270538d2191139f6949313b0bee9a7c19",
      }
    `)
  })
})
