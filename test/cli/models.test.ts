/** What the lab says of its models, held against torchvision's and timm's own counts. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { explainStep } from '../../src/cli/explainStep.ts'
import { runLab, workingFolder } from './program.ts'

const golden = JSON.parse(readFileSync(new URL('../../fixtures/models/models.golden.json', import.meta.url), 'utf8'))

async function told(...args: string[]) {
  const { code, stdout } = await runLab(['models', ...args, '--json'], workingFolder())
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

it.each(['resnet18', 'vit'])('models %s: layers whose parameters are the reference library’s', async name => {
  const record = await told(name, '--size', '224', '--classes', '1000')
  expect(record).toMatchObject({ name, size: 224, classes: 1000, parameters: golden.fullSizeParameters[name] })
  const sum = (key: string) => record.layers.reduce((all: number, layer: Record<string, number>) => all + layer[key]!, 0)
  expect([sum('parameters'), sum('multiplyAdds')]).toEqual([record.parameters, record.multiplyAdds])
  const names = record.layers.map((layer: { name: string }) => layer.name)
  for (const layer of record.explainable) expect(names).toContain(layer)
})

it('models: all three, at the size each takes, and narrower ones', async () => {
  const all = await told('--configuration', 'vit.depth=2,vit.width=64,vit.heads=4,resnet18.width=8')
  expect(all.map(({ name, size }: { name: string; size: number }) => [name, size])).toEqual([
    ['cnn', 128],
    ['resnet18', 256],
    ['vit', 256],
  ])
  expect(all[1].parameters).toBe(golden.models.resnet18.parameters)
  expect(all[2].configuration).toEqual({ depth: 2, width: 64, heads: 4, patch: 16, epsilon: 1e-6 })
})

it.each([
  [['resnet'], /there is no model 'resnet'; there are cnn, resnet18, vit/],
  [['vit', '--size', '100'], /multiple of its patches of 16 pixels, not 100/],
  [['resnet18', '--size', '32'], /at least 33, not 32/],
  [['vit', '--configuration', 'vit.filters=3'], /vit has no 'filters'; it has depth, width, heads, patch, epsilon/],
  [['vit', '--configuration', 'vit.heads=7'], /width of 768 cannot be divided among 7 heads/],
  [['vit', '--configuration', 'vit=3'], /not of the form model\.field=number/],
  [['--configuration', 'resnet.width=3'], /there is no model 'resnet'/],
])('models %j exits 2 with what is wrong', async (args, line) => {
  const { code, stderr } = await runLab(['models', ...args], workingFolder())
  expect(code).toBe(2)
  expect(stderr).toMatch(line)
})

it.each([
  ['resnet18', { width: 4 }],
  ['vit', { depth: 1, width: 16, heads: 2 }],
])('a step of %s can be taken apart', async (model, configuration) => {
  const asked = { model, configuration, size: 64, batch: 2, threads: 1, steps: 2 }
  const { nodes } = await explainStep(asked, () => performance.now())
  const operators = new Set(nodes.map(node => node.operator))
  expect(operators).toContain(model === 'vit' ? 'Softmax' : 'Conv')
})
