/** A trained study of small images, with synthetic ones and a name that looks like markup. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect } from 'vitest'
import { runLab } from './program.ts'

export const NAME = '<i>one</i> & "two"'
const SPEC = {
  ...{ name: NAME, dataset: 'toy', split: 'random', models: ['cnn'], policies: ['none'], controls: true },
  scenarios: [
    { name: '100/0', real: 1 },
    { name: '100/40 <b>', real: 1, synthetic: 0.4, generator: 'morph' },
  ],
  ...{ runs: 2, epochs: 2, size: 16 },
}

/** 10 images of 16 x 16 pixels in each of three classes, by which part is bright. */
async function writeImages(folder: string): Promise<void> {
  for (const [at, label] of ['Non_Demented', 'Mild_Demented', 'Moderate_Demented'].entries()) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < 10; i++) {
      const grey = Buffer.alloc(256, 10 + i)
      for (let pixel = 0; pixel < 256; pixel++) if (Math.floor((pixel % 16) / 6) === at) grey[pixel] = 150 + i
      await sharp(grey, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(join(folder, label, `${i}.png`))
    }
  }
}

/** What the program prints; it must succeed. */
export async function labIn(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runLab([...args, '--quiet'], cwd)
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' })
  return stdout
}

/** Makes it in the lab of `cwd`. */
export async function makeToyStudy(cwd: string): Promise<void> {
  await writeImages(join(cwd, 'images'))
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  await labIn(cwd, 'data', 'add', 'toy', 'images', '--split', 'random')
  await labIn(cwd, 'synth', 'run', '--spec', 'spec.json')
  await labIn(cwd, 'run', 'spec.json', '--engine', 'onnx-cpu', '--threads', '1', '--workers', '2')
}
