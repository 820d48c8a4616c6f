/**
 * What a worker's first step waits for: compiling its training step and its prediction, in a process of its own, without kept graphs, the first time
 * with a folder for them, and the second time. Once for the CNN, once for a deep graph of the size of ViT-B's.
 *
 *     node bench/start.ts [--rounds 5]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine } from '../src/core/engine/index.ts'
import { add, linear, relu, reshape, type Tensor } from '../src/core/engine/primitives.ts'
import { type Model, modelNamed } from '../src/core/models/index.ts'
import { prediction } from '../src/core/training/definitions.ts'
import { trainingSpecs, trainStep } from '../src/core/training/index.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, model: { type: 'string' }, cache: { type: 'string' } },
})
if (values.model === undefined) compare(Number(values.rounds))
else await compile(values.model === 'cnn' ? modelNamed('cnn', 128, 4) : deep(), values.cache)

function compare(rounds: number): void {
  const fastest = (all: readonly number[]) => Math.min(...all).toFixed(0) // other work only slows
  console.log('| graph | nothing kept ms | first time ms | second time ms |')
  console.log('| --- | --- | --- | --- |')
  for (const model of ['cnn', 'deep']) {
    const times: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < rounds; round++) {
      const folder = mkdtempSync(join(tmpdir(), 'mri-lab-start-'))
      for (const [i, cache] of [null, folder, folder].entries()) {
        const own = cache === null ? [] : ['--cache', cache]
        const said = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--model', model, ...own], {
          encoding: 'utf8',
        })
        times[i as 0 | 1 | 2].push(Number(said))
      }
      rmSync(folder, { recursive: true })
    }
    console.log(`| ${model} | ${times.map(fastest).join(' | ')} |`)
  }
}

async function compile(model: Model, cache: string | undefined): Promise<void> {
  const request = { engine: 'onnx-cpu', threads: 1, device: 'bench', ...(cache === undefined ? {} : { cache }) } as const
  const engine = await createEngine(request)
  const begun = performance.now()
  await engine.compile(trainStep(model, 32))
  await engine.compile(prediction(model, 32, trainingSpecs(model)))
  console.log(performance.now() - begun)
}

/** The matrix products of ViT-B/16, twelve blocks of six, without attention. */
function deep(): Model {
  const base = modelNamed('cnn', 16, 4)
  const blocks = Array.from({ length: 12 }, (_, i) => [
    ...['q', 'k', 'v', 'p'].map(name => [`${i}.${name}`, 768, 768] as const),
    [`${i}.a`, 3072, 768] as const,
    [`${i}.b`, 768, 3072] as const,
  ])
  const layers = [['in', 768, 256] as const, ...blocks.flat(), ['out', 4, 768] as const]
  return {
    ...base,
    name: 'deep',
    parameters: layers.map(([name, out, from]) => ({ ...base.parameters[0]!, name, shape: [out, from] })),
    logits(p, pixels) {
      const product = (name: string, of: Tensor) => linear(of, p[name]!, null)
      let x = product('in', reshape(pixels, [-1, 256]))
      for (let i = 0; i < 12; i++) {
        const mixed = add(add(product(`${i}.q`, x), product(`${i}.k`, x)), product(`${i}.v`, x))
        x = add(x, product(`${i}.p`, relu(mixed)))
        x = add(x, product(`${i}.b`, relu(product(`${i}.a`, x))))
      }
      return product('out', x)
    },
  }
}
