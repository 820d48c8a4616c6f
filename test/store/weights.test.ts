import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { InstalledWeights } from '../../src/store/index.ts'
import { labError, temporaryStore } from './laboratory.ts'

const given: Omit<InstalledWeights, 'added'> = {
  name: 'resnet18.tv_in1k',
  model: 'resnet18',
  layout: 'torchvision',
  sha256: 'a'.repeat(64),
  size: 46_807_446,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  source: { repo: 'timm/resnet18.tv_in1k', revision: 'bbd144b3', file: 'model.safetensors', licence: 'BSD-3-Clause' },
}
const own = { ...given, name: 'mine', model: 'vit', layout: 'timm', source: { path: '/data/mine.safetensors' } } as const

it('come back as they were added, with the time, by name, by model and in order', () => {
  const { weights } = temporaryStore()
  const added = weights.add(given)
  expect(added).toEqual({ ...given, added: expect.stringMatching(/^\d{4}-.*Z$/) })
  weights.add(own)
  expect(weights.get('resnet18.tv_in1k')).toEqual(added)
  expect(weights.get('none')).toBeNull()
  expect(weights.list()).toEqual([added, expect.objectContaining(own)])
  expect(weights.list('vit')).toEqual([expect.objectContaining(own)])
})

it('are added once, and a name stands for one content and one normalising', () => {
  const { weights } = temporaryStore()
  const added = weights.add(given)
  expect(weights.add({ ...given, source: { path: '/elsewhere' } })).toEqual(added)
  for (const change of [{ sha256: 'b'.repeat(64) }, { model: 'vit' }, { mean: [0, 0, 0] }] as const) {
    expect(() => weights.add({ ...given, ...change })).toThrow(labError('usage', given.name, '--name'))
  }
  expect(weights.list()).toEqual([added])
})

it('need their file: the check and the backup know it', () => {
  const store = temporaryStore()
  const sha256 = store.files.write(Buffer.from('weights'))
  store.weights.add({ ...given, sha256 })
  expect(store.referencedFiles()).toEqual([sha256])
  expect(store.check({ verify: true })).toEqual([])
  store.files.remove(sha256)
  expect(store.check()).toEqual([expect.stringContaining(sha256)])
})

it('a damaged row is told by its name', () => {
  const store = temporaryStore()
  store.weights.add(given)
  const raw = new Database(store.path)
  raw.exec(`UPDATE weights SET mean = '[1, 2]'`)
  raw.close()
  expect(() => store.weights.list()).toThrow(labError('data', 'table weights', 'resnet18.tv_in1k', 'mean'))
})
