import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../src/core/dataset/index.ts'
import { LabError } from '../../../src/core/shared/errors.ts'
import { growthProblem } from '../../../src/core/study/growth.ts'
import { applyOverrides } from '../../../src/core/study/overrides.ts'
import { cellsOf, planRuns } from '../../../src/core/study/plan.ts'
import { parseSpec, specJson } from '../../../src/core/study/spec.ts'
import { trainingTask } from '../../../src/core/study/task.ts'

const mine = {
  name: 'mine',
  flip: 0.5,
  subPolicies: [
    [
      ['Rotate', 0.7, 2],
      ['Equalize', 0.5, null],
    ],
    [['ShearY', 1, 9]],
  ],
}
const dataset: Dataset = {
  name: 'tiny',
  fingerprint: 'f',
  classes: ['A', 'B'],
  split: { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
  simulatedLabels: false,
  pixels: 'p',
  rejected: [],
  images: (['train', 'validation'] as const).flatMap(part =>
    [0, 1].map(label => {
      const sha256 = `${part}${label}`
      return { id: `${sha256}-1`, sha256, label, part, sourcePart: part, width: 8, height: 8, offset: 0, origin: sha256 }
    }),
  ),
}
const spec = (policies: unknown) => ({
  dataset: 'tiny',
  models: ['cnn'],
  policies,
  scenarios: [{ name: '100/0', real: 1 }],
  runs: 1,
})
const parsed = (policies: unknown) => parseSpec(spec(policies), 'spec.json')
const engine = { engine: 'onnx-cpu', lowering: 'x' } as const
const keys = (policies: unknown) => planRuns(parsed(policies), [dataset], engine).map(({ key }) => key)

function refusal(policies: unknown): string {
  try {
    parsed(policies)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LabError)
    expect((thrown as LabError).kind).toBe('usage')
    return (thrown as LabError).message
  }
  throw new Error('was accepted')
}

describe("policies of one's own", () => {
  it('stand among the others, in tables by their name, and print as they were read', () => {
    const read = parsed(['none', 'autoaugment', mine])
    expect(cellsOf(read).map(cell => cell.policy)).toEqual(['none', 'autoaugment', 'mine'])
    expect(parseSpec(JSON.parse(JSON.stringify(specJson(read))), 's')).toEqual(read)
    const { flip: _, ...rest } = mine
    expect(parsed([rest]).policies).toEqual([{ ...rest, flip: 0 }])
  })

  it("reach the worker whole, the lab's by name", () => {
    const task = (policy: string) => {
      const run = { cell: { model: 'cnn' as const, policy, scenario: '100/0' }, index: 0 }
      return trainingTask(parsed(['flip', mine]), dataset, run, () => 0).task
    }
    expect(task('mine').policy).toEqual(mine)
    expect(task('flip').policy).toBe('flip')
  })

  it("are part of the key by name and content; the others' keys do not change beside them", () => {
    const [none, own] = keys(['none', mine])
    expect(keys(['none'])).toEqual([none])
    expect(keys([mine])).toEqual([own])
    for (const other of [
      { ...mine, name: 'other' },
      { ...mine, flip: 0 },
      { ...mine, subPolicies: mine.subPolicies.slice(1) },
    ])
      expect(keys([other])).not.toEqual([own])
  })

  it('may be added to a study, not changed in it', () => {
    expect(growthProblem(parsed(['none']), parsed(['none', mine]))).toBeNull()
    expect(growthProblem(parsed([mine]), parsed([{ ...mine, flip: 0.1 }]))).toMatchObject({ field: 'policies' })
  })

  it('are chosen by name with --policies', () => {
    const json = spec(['none', mine])
    expect(applyOverrides(json, { policies: ['mine', 'autoaugment'] }, 's').policies).toEqual([mine, 'autoaugment'])
    expect(() => parseSpec(applyOverrides(json, { policies: ['other'] }, 's'), 's')).toThrow(
      /^s: policies\[0\]: must be none/,
    )
  })

  it.each([
    ['rotate', /^spec\.json: policies\[0\]: must be none, flip, autoaugment, or an object/],
    [{ ...mine, name: 'flip' }, /policies\[0\]\.name: is the name of one of the lab's own/],
    [{ ...mine, name: 'a,b' }, /policies\[0\]\.name: must not hold/],
    [{ ...mine, name: '' }, /policies\[0\]\.name: /],
    [{ ...mine, flip: 1.5 }, /policies\[0\]\.flip: /],
    [{ ...mine, colour: 1 }, /policies\[0\]\.colour: is no field/],
    [{ name: 'mine' }, /policies\[0\]\.subPolicies: /],
    [{ ...mine, subPolicies: [] }, /policies\[0\]\.subPolicies: /],
    [{ ...mine, subPolicies: [[]] }, /policies\[0\]\.subPolicies\[0\]: /],
    [{ ...mine, subPolicies: [[['Rotate', 0.5, 3]], [['Blur', 0.5, 3]]] }, /subPolicies\[1\]\[0\]\[0\]: .*"ShearX"/],
    [{ ...mine, subPolicies: [[['Rotate', 2, 3]]] }, /subPolicies\[0\]\[0\]\[1\]: /],
    [{ ...mine, subPolicies: [[['Rotate', 0.5, 10]]] }, /subPolicies\[0\]\[0\]\[2\]: /],
    [{ ...mine, subPolicies: [[['Rotate', 0.5, 2.5]]] }, /subPolicies\[0\]\[0\]\[2\]: must be a whole number/],
    [{ ...mine, subPolicies: [[['Rotate', 0.5, null]]] }, /\[0\]\[2\]: Rotate takes a magnitude from 0 to 9/],
    [{ ...mine, subPolicies: [[['Equalize', 0.5, 3]]] }, /\[0\]\[2\]: Equalize takes no magnitude: give null/],
    [{ ...mine, subPolicies: [[['Rotate', 0.5]]] }, /subPolicies\[0\]\[0\]: must be \[operation, probability, magnitude\]/],
    [{ ...mine, subPolicies: [['Rotate']] }, /subPolicies\[0\]\[0\]: must be \[operation, probability, magnitude\]/],
  ])('are refused with the place named: %#', (policy, line) => {
    expect(refusal([policy])).toMatch(line)
  })

  it('have names of their own', () => {
    expect(refusal([mine, { ...mine, flip: 0 }])).toMatch(/policies: names a policy twice/)
    expect(refusal(['flip', 'flip'])).toMatch(/policies: names a policy twice/)
  })
})
