import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../../src/core/models/index.ts'
import {
  LAYOUTS,
  type Layout,
  layoutOf,
  PINNED,
  PRETRAINED_MODELS,
  readPretrained,
  resnet18Layouts,
  vitLayouts,
} from '../../../src/core/models/weights/index.ts'
import { LabError } from '../../../src/core/shared/errors.ts'

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/weights/${name}`, import.meta.url))
/** By model, or by model and layout: name -> [dtype, ...shape]. */
const golden = JSON.parse(fixture('layouts.golden.json').toString())
const expected: Readonly<Record<Layout['name'], Record<string, [string, ...number[]]>>> = {
  torchvision: golden.resnet18,
  timm: golden.vit.timm,
  huggingface: golden.vit.huggingface,
}

const found = (names: Record<string, [string, ...number[]]>) =>
  Object.entries(names).map(([name, [dtype, ...shape]]) => ({ name, dtype: dtype as 'F32' | 'I64', shape }))
const all = PRETRAINED_MODELS.flatMap(model => LAYOUTS[model].map(layout => [model, layout.name, layout] as const))

describe("the tensors of torchvision's, timm's and transformers' own models", () => {
  it.each(all)('%s, %s: the same names, shapes and kinds of numbers', (_, name, layout) => {
    const { tensors } = layout
    expect(tensors.map(spec => spec.name).sort()).toEqual(Object.keys(expected[name]).sort())
    for (const { name: tensor, dtype, shape } of tensors) {
      const [kind, ...sizes] = expected[name][tensor]!
      expect([tensor, dtype, ...shape.map((size, i) => size ?? sizes[i])]).toEqual([tensor, kind, ...sizes])
    }
  })

  it.each(all)('%s, %s: is known by them', (model, name) => {
    expect(layoutOf(model, LAYOUTS[model], found(expected[name]), 'x').name).toBe(name)
  })

  it('with a given head and positions, the shapes are whole', () => {
    const resnet18 = resnet18Layouts({ classes: 1000 })[0].tensors
    const vit = vitLayouts({ positions: 197, classes: 1000 })
    const shapes = (specs: Layout['tensors']) =>
      Object.fromEntries(specs.map(({ name, dtype, shape }) => [name, [dtype, ...shape]]))
    expect(shapes(resnet18)).toEqual(golden.resnet18)
    expect(shapes(vit[0].tensors)).toEqual(golden.vit.timm)
    expect(shapes(vit[1]!.tensors)).toEqual(golden.vit.huggingface)
  })
})

describe('a file may differ', () => {
  it.each<[string, (spec: [string, ...number[]], name: string) => [string, ...number[]] | null]>([
    ['in its classes', ([kind, ...shape], name) => [kind, ...(name.startsWith('fc.') ? [4, ...shape.slice(1)] : shape)]],
    ['in having no head', (spec, name) => (name.startsWith('fc.') ? null : spec)],
    ['in having no counters', (spec, name) => (name.endsWith('num_batches_tracked') ? null : spec)],
    ['in being stored as F16', ([kind, ...shape]) => [kind === 'F32' ? 'F16' : kind, ...shape]],
  ])('%s', (_, change) => {
    const names = Object.entries(expected.torchvision).flatMap(([name, spec]) => {
      const changed = change(spec, name)
      return changed === null ? [] : [[name, changed] as const]
    })
    expect(layoutOf('resnet18', LAYOUTS.resnet18, found(Object.fromEntries(names)), 'x').name).toBe('torchvision')
  })

  it('in its grid of positions', () => {
    const names = { ...expected.timm, pos_embed: ['F32', 1, 257, 768] as [string, ...number[]] }
    expect(layoutOf('vit', LAYOUTS.vit, found(names), 'x').name).toBe('timm')
  })
})

describe('what does not fit is refused by the name of the tensor', () => {
  const refusal = (
    model: 'resnet18' | 'vit',
    layout: Layout['name'],
    changes: Record<string, [string, ...number[]] | null>,
  ) => {
    const names = Object.fromEntries(
      Object.entries({ ...expected[layout], ...changes }).flatMap(([name, spec]) => (spec === null ? [] : [[name, spec]])),
    )
    try {
      layoutOf(model, LAYOUTS[model], found(names as typeof expected.timm), 'f.safetensors')
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(LabError)
      expect(thrown).toMatchObject({ kind: 'data' })
      return (thrown as LabError).message
    }
    throw new Error('was accepted')
  }

  it('missing, extra, misshapen, of another kind', () => {
    expect(refusal('resnet18', 'torchvision', { 'layer3.1.bn2.running_var': null })).toBe(
      "f.safetensors: lacks resnet18's tensor 'layer3.1.bn2.running_var'",
    )
    expect(refusal('resnet18', 'torchvision', { 'layer5.0.conv1.weight': ['F32', 1] })).toBe(
      "f.safetensors: holds a tensor 'layer5.0.conv1.weight' that resnet18 does not have",
    )
    expect(refusal('vit', 'timm', { 'blocks.3.attn.qkv.bias': ['F32', 768] })).toBe(
      "f.safetensors: 'blocks.3.attn.qkv.bias' has shape [768], and vit needs [2304]",
    )
    expect(refusal('vit', 'huggingface', { 'classifier.weight': ['F32', 10, 700] })).toBe(
      "f.safetensors: 'classifier.weight' has shape [10, 700], and vit needs [any, 768]",
    )
    expect(refusal('resnet18', 'torchvision', { 'bn1.running_mean': ['I64', 64] })).toMatch(/'bn1\.running_mean' is I64/)
    expect(refusal('resnet18', 'torchvision', { 'bn1.num_batches_tracked': ['F32'] })).toMatch(/needs I64$/)
  })

  it('half a head, a head at odds with itself, a grid that is no square', () => {
    expect(refusal('vit', 'timm', { 'head.bias': null })).toMatch(/'head\.weight' and 'head\.bias'/)
    expect(refusal('vit', 'timm', { 'head.bias': ['F32', 7] })).toMatch(/'head\.weight' and 'head\.bias'/)
    expect(refusal('vit', 'timm', { pos_embed: ['F32', 1, 196, 768] })).toMatch(/'pos_embed' has 196 positions/)
  })

  it('the weights of another model', () => {
    const message = () => layoutOf('vit', LAYOUTS.vit, found(expected.torchvision), 'f.safetensors')
    expect(message).toThrow(/^f\.safetensors: has none of the tensors of vit; it holds 'conv1\.weight', for one$/)
    expect(() => layoutOf('vit', LAYOUTS.vit, [], 'f')).toThrow(/none at all/)
  })
})

describe("a file under transformers' names", () => {
  const narrow = { width: 6, depth: 2, patch: 8, hidden: 24, positions: null, classes: null }

  it("comes out under timm's, with query, key and value joined as torch.cat joins them", () => {
    const { layout, tensors } = readPretrained(fixture('vit-hf.safetensors'), 'vit', vitLayouts(narrow), 'x')
    expect(layout.name).toBe('huggingface')
    const joined = readSafetensors(fixture('vit-hf.golden.safetensors'), 'x').tensors
    expect(new Map([...tensors].sort())).toEqual(new Map([...joined].sort()))
  })

  it('may lack the head, and others are as they are', () => {
    const { tensors } = readSafetensors(fixture('vit-hf.safetensors'), 'x')
    const headless = new Map<string, StoredTensor>([...tensors].filter(([name]) => !name.startsWith('classifier')))
    const read = readPretrained(writeSafetensors(headless), 'vit', vitLayouts(narrow), 'x')
    expect([...read.tensors.keys()].filter(name => name.startsWith('head'))).toEqual([])
    const bytes = fixture('vit-hf.golden.safetensors')
    const timm = readPretrained(bytes, 'vit', vitLayouts(narrow), 'x')
    expect(timm).toEqual({ layout: expect.objectContaining({ name: 'timm' }), tensors: readSafetensors(bytes, 'x').tensors })
  })
})

it('the pinned files are at a commit, in a layout of their model', () => {
  for (const model of PRETRAINED_MODELS) {
    expect(PINNED[model].revision).toMatch(/^[0-9a-f]{40}$/)
    expect(LAYOUTS[model].map(layout => layout.name)).toContain(PINNED[model].layout)
  }
})
