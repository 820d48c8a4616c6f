import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { PRESETS, parseSpec, presetJson, specJson } from '../../../src/core/study/index.ts'
import { specSchema } from '../../../src/core/study/specSchema.ts'

const shipped: unknown = JSON.parse(readFileSync(new URL('../../../schema/spec.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(specSchema())

describe('the JSON Schema that ships', () => {
  it("is what 'npm run schema' writes", () => {
    expect(shipped).toEqual(JSON.parse(JSON.stringify(specSchema())))
  })

  it.each(PRESETS)('takes the preset %s, as it is and with every field written out', name => {
    for (const json of [presetJson(name), specJson(parseSpec(presetJson(name), name))]) {
      expect({ taken: validate(JSON.parse(JSON.stringify(json))), errors: validate.errors }).toEqual({
        taken: true,
        errors: null,
      })
    }
  })

  const base = presetJson('quick')
  const side = { policy: 'none', scenario: '100/0' }
  /** Given both: whoever says yes to one must say yes to the other. */
  it.each<[string, object, boolean]>([
    ['names its schema', { $schema: './node_modules/mri-lab/schema/spec.schema.json' }, true],
    ['one value for all models', { batch: 8, size: 64, epochs: 3, microBatch: 4 }, true],
    ['values by model', { batch: { cnn: 8 }, size: { cnn: 64 }, optimizer: { learningRate: { cnn: 0.01 } } }, true],
    ['a learning rate for all', { optimizer: { learningRate: 0.01 } }, true],
    ['a policy of its own', { policies: ['none', { name: 'mine', flip: 0.5, subPolicies: [[['Rotate', 0.5, 3]]] }] }, true],
    ['contrasts of its own', { contrasts: ['default', { from: side, to: { policy: 'flip', scenario: '100/0' } }] }, true],
    [
      'fractions by class',
      { scenarios: [{ name: 'x', real: { NonDemented: 1 }, synthetic: 0.2, generator: 'morph' }] },
      true,
    ],
    ['a field that there is not', { epoch: 3 }, false],
    ['a model that there is not', { models: ['resnet50'] }, false],
    ['a policy that there is not', { policies: ['mixup'] }, false],
    ['no scenario', { scenarios: [] }, false],
    ['a batch of none', { batch: 0 }, false],
    ['a batch of a half', { batch: { cnn: 0.5 } }, false],
    ['a real fraction above 1', { scenarios: [{ name: 'x', real: 1.5 }] }, false],
    ['a contrast without an end', { contrasts: [{ from: side }] }, false],
    ['a policy without steps', { policies: [{ name: 'mine', subPolicies: [] }] }, false],
  ])('agrees with run on a spec with %s', (_, fields, taken) => {
    const json = { ...base, ...fields }
    expect(validate(json)).toBe(taken)
    if (taken) expect(parseSpec(json, 'spec')).not.toHaveProperty('$schema')
    else expect(() => parseSpec(json, 'spec')).toThrow()
  })
})
