import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parseSearch } from '../../../../src/core/study/search/index.ts'
import { searchSchema } from '../../../../src/core/study/search/searchSchema.ts'

const shipped: unknown = JSON.parse(readFileSync(new URL('../../../../schema/search.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(searchSchema())

describe('the JSON Schema of search specs', () => {
  it("is what 'npm run schema' writes", () => {
    expect(shipped).toEqual(JSON.parse(JSON.stringify(searchSchema())))
  })

  const base = { dataset: 'toy', models: ['cnn'], search: { budget: { runs: 100 } } }
  const search = (fields: object) => ({ search: { ...base.search, ...fields } })
  /** Given both: whoever says yes to one must say yes to the other. */
  it.each<[string, object, boolean]>([
    ['nothing that can be left out', {}, true],
    ['its schema', { $schema: './node_modules/mri-lab/schema/search.schema.json' }, true],
    ['fields of a study', { policies: ['flip'], epochs: 3, batch: { cnn: 8 }, size: 64, split: 'random' }, true],
    ['hours', { search: { budget: { hours: 0.5 } } }, true],
    ['every field', search({ classes: [['A'], ['A', 'B']], real: [0.8, 1], generators: ['morph'], candidates: 5 }), true],
    ['fractions by class', search({ synthetic: { A: [0, 0.2] }, real: { B: [0.5] } }), true],
    ['tuning', search({ tune: { batch: [8, 16], runs: 9 }, keepOneOf: 3, confirm: 7, metric: 'auc' }), true],
    ['no budget', { search: {} }, false],
    ['two budgets', { search: { budget: { runs: 1, hours: 1 } } }, false],
    ['scenarios', { scenarios: [{ name: '100/0', real: 1 }] }, false],
    ['runs', { runs: 3 }, false],
    ['two models', { models: ['cnn', 'vit'] }, false],
    ['two policies', { policies: ['none', 'flip'] }, false],
    ['a field that there is not', search({ clases: 'each' }), false],
    ['too few fresh runs', search({ confirm: 6 }), false],
    ['a name that its rounds could not have', { name: 'x'.repeat(71) }, false],
  ])('agrees with search on a spec with %s', (_, fields, taken) => {
    const json = { ...base, ...fields }
    expect(validate(json)).toBe(taken)
    if (taken) expect(parseSearch(json, 'spec').model).toBe('cnn')
    else expect(() => parseSearch(json, 'spec')).toThrow()
  })
})
