/** The main job through the program itself: images in, a study trained, its runs read, an image predicted and explained. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../src/core/models/index.ts'
import { runLab } from './program.ts'

let cwd = ''
const SMALL = [
  '--size',
  '16',
  '--epochs',
  '2',
  '--policies',
  'none,flip',
  '--scenarios',
  '100/0',
  '--split',
  'random',
  '--workers',
  '1',
]

/** 10 images of 16 x 16 pixels in each of two classes: bright left, bright right. */
async function writeImages(folder: string): Promise<void> {
  for (const [label, side] of [
    ['Non_Demented', 0],
    ['Mild_Demented', 1],
  ] as const) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < 10; i++) {
      const grey = Buffer.alloc(256, 10 + i)
      for (let at = 0; at < 256; at++) if (Number(at % 16 >= 8) === side) grey[at] = 200 + i
      const png = sharp(grey, { raw: { width: 16, height: 16, channels: 1 } }).png()
      await png.toFile(join(folder, label, `${i}.png`))
    }
  }
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-work-'))
  await writeImages(join(cwd, 'images'))
  writeFileSync(join(cwd, 'images', 'Mild_Demented', 'broken\x1b[31m.png'), 'no image')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('data', () => {
  it('add keeps images with their counts and what was left out', async () => {
    const added = await json('data', 'add', 'toy', 'images', '--split', 'random')
    expect(added).toMatchObject({
      name: 'toy',
      split: 'random',
      classes: [
        { name: 'NonDemented', train: 6, validation: 2, test: 2 },
        { name: 'MildDemented', train: 6, validation: 2, test: 2 },
      ],
      rejected: [{ path: expect.stringContaining('broken'), reason: 'not a JPEG, PNG, TIFF, WebP or BMP file' }],
    })
    expect(added.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(await json('data', 'show', 'toy')).toEqual(added)
    expect(await json('data', 'list')).toMatchObject([
      { name: 'toy', fingerprint: added.fingerprint, split: 'random', images: 20 },
    ])
  })

  it('show writes the name of a hostile file so that a terminal does not obey it', async () => {
    const { code, stdout } = await runLab(['data', 'show', 'toy'], cwd)
    expect(code).toBe(0)
    expect(stdout).toContain('broken\\x1b[31m.png')
    expect(stdout).not.toContain('\x1b')
  })

  it('add of the same again, of another under a name that is taken, or of nothing, leaves everything as it was', async () => {
    const before = readdirSync(join(cwd, 'lab.db.files'))
    const there = await json('data', 'show', 'toy')
    expect(await json('data', 'add', 'toy', 'images', '--split', 'random')).toEqual(there)
    for (const other of [
      ['--seed', '2'],
      ['--classes', 'MildDemented,NonDemented'],
    ]) {
      expect(await runLab(['data', 'add', 'toy', 'images', ...other], cwd)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/dataset named toy exists with .*mri-lab data remove toy\n$/),
      })
    }
    expect(await json('data', 'show', 'toy')).toEqual(there)
    expect(await runLab(['data', 'add', 'other', 'nowhere'], cwd)).toMatchObject({ code: 3, stdout: '' })
    expect(readdirSync(join(cwd, 'lab.db.files'))).toEqual(before)
    expect(await json('data', 'list')).toHaveLength(1)
  })

  it('remove takes a dataset and its pixels, but not one that a study stands on', async () => {
    await json(
      'data',
      'add',
      'again',
      'images/Mild_Demented/../../images',
      '--split',
      'random',
      '--classes',
      'MildDemented,NonDemented',
    )
    expect(await json('data', 'remove', 'again')).toEqual({ removed: 'again' })
    expect(await json('data', 'list')).toHaveLength(1)
  })
})

describe('a study', () => {
  it("is printed by --print-spec, and its flags override the spec's fields", async () => {
    const spec = await json(
      'run',
      '--print-spec',
      'quick',
      '--dataset',
      'toy',
      '--learning-rate',
      'cnn=0.01',
      '--no-controls',
    )
    expect(spec).toMatchObject({
      name: 'quick',
      dataset: 'toy',
      controls: false,
      optimizer: { learningRate: { cnn: 0.01 } },
    })
    expect((await json('run', 'dissertation', '--print-spec')).models).toEqual(['cnn', 'resnet18', 'vit'])
  })

  it('is trained, as events a line each', async () => {
    const args = ['run', 'quick', '--dataset', 'toy', '--runs', '1', ...SMALL, '--json']
    const { code, stdout } = await runLab(args, cwd)
    expect(code).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events[0]).toEqual({ event: 'study', study: 'quick', runs: 2, engine: 'onnx-cpu' })
    expect(events.filter(event => event.event === 'run-done')).toHaveLength(2)
    expect(events.at(-1)).toEqual({ event: 'study-done', study: 'quick', done: 2, failed: 0 })
    expect(await json('studies')).toMatchObject([{ study: 'quick', runs: 2, done: 2, failed: 0, running: 0 }])
  })

  it('says by its runs what each measured', async () => {
    const [first, second] = await json('runs', '--study', 'quick')
    expect(first).toMatchObject({
      id: 1,
      study: 'quick',
      model: 'cnn',
      policy: 'none',
      scenario: '100/0',
      index: 0,
      status: 'done',
      epochs: 2,
    })
    expect(second).toMatchObject({ policy: 'flip' })
    expect(await json('runs', '--policy', 'flip')).toEqual([second])
    const shown = await json('runs', 'show', '1')
    expect(shown).toMatchObject(first)
    expect(shown.history).toHaveLength(2)
    expect(shown.confusion.flat().reduce((sum: number, count: number) => sum + count)).toBe(4)
    expect(shown.training.MildDemented).toMatchObject({ real: 6, synthetic: 0, images: { length: 6 } })
    expect(shown.provenance).toMatchObject({ engine: { engine: 'onnx-cpu' } })
    const { stdout } = await runLab(['runs', 'show', '1'], cwd)
    expect(stdout).toMatch(/^run 1 of study quick: cnn, none, 100\/0, number 0\ndone/)
  })

  it('has a table of medians, in every format', async () => {
    const table = await json('tables', '--study', 'quick')
    expect(table).toMatchObject({ study: 'quick', metric: 'loss', on: 'validation' })
    expect(table.rows).toMatchObject([
      {
        model: 'cnn',
        scenario: '100/0',
        cells: [
          { policy: 'none', n: 1, published: null },
          { policy: 'flip', n: 1 },
        ],
      },
    ])
    const keys = ['policy', 'n', 'median', 'low', 'high', 'interquartileMean', 'published', 'marks']
    expect(Object.keys(table.rows[0].cells[0])).toEqual(keys)
    const [run] = await json('runs', '--study', 'quick')
    expect(table.rows[0].cells[0].median).toBe(run.validationLoss)
    const written = async (format: string) =>
      (await runLab(['tables', '--format', format, '--metric', 'accuracy'], cwd)).stdout
    expect(await written('text')).toContain('Research software. Not for diagnosis.')
    expect(await written('md')).toContain('| --- |')
    expect(await written('csv')).toMatch(/^study,metric,/)
    expect(JSON.parse(await written('json')).metric).toBe('accuracy')
    expect(await written('latex')).toContain('\\toprule')
    expect(await runLab(['tables', '--on', 'test'], cwd)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'mri-lab evaluate --study"),
    })
  })

  it('grows by the same name, and refuses another spec under it', async () => {
    const again = ['run', 'quick', '--dataset', 'toy', ...SMALL]
    const { code, stdout } = await runLab([...again, '--runs', '2'], cwd)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'study quick: 4 of 4 runs done, 2 of them now\n' })
    const other = await runLab([...again, '--runs', '2', '--seed', '2'], cwd)
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/^mri-lab: .*seed.*\n$/) })
    // The field is named before anything is asked of the data, or of a bank that lacks images for another spec.
    for (const [flag, value] of Object.entries({ dataset: 'sample', split: 'parity', splits: '3', sources: 'fixed' })) {
      const { code, stderr } = await runLab([...again, '--runs', '2', `--${flag}`, value], cwd)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`another value of '${flag}'`) })
    }
    expect(await runLab(['data', 'remove', 'toy'], cwd)).toMatchObject({ code: 2 })
  })

  it.each([
    [['run', 'nothing'], 2, "no file 'nothing'"],
    [['run', 'dissertation', '--dataset', 'toy'], 2, 'the parity split needs a source'],
    [['run', 'quick', '--dataset', 'none'], 2, "no dataset 'none'"],
    [['run', 'quick', '--epochs', 'many'], 2, "--epochs: 'many'"],
    [['run', 'broken.json'], 3, 'broken.json: not JSON'],
    [['run', 'images'], 3, 'images: cannot be read'],
  ])('%j is refused by exit code %i', async (args, code, line) => {
    writeFileSync(join(cwd, 'broken.json'), '{')
    const ended = await runLab(args, cwd)
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(line) })
    expect(ended.stderr).toMatch(/^mri-lab: .*\n$/)
  })
})

describe('a trained run', () => {
  const image = 'images/Non_Demented/0.png'

  it('predicts a file as the same image of the dataset, and as its weights alone', async () => {
    const [byFile, stored] = await json('predict', '--run', '1', image, 'toy:train:0')
    expect(Object.keys(byFile)).toEqual(['image', 'class', 'probabilities', 'logits'])
    expect(Object.keys(byFile.probabilities)).toEqual(['NonDemented', 'MildDemented'])
    expect(byFile.probabilities.NonDemented + byFile.probabilities.MildDemented).toBeCloseTo(1, 6)
    expect(stored.logits).toHaveLength(2)
    const { weights } = await json('runs', 'show', '1')
    expect(await json('predict', '--model', 'cnn', '--weights', join('lab.db.files', weights), image)).toEqual([byFile])
  })

  it('predicts by bare weights of PyTorch, whose size is that of their shapes, with numbers for classes', async () => {
    const { weights } = await json('runs', 'show', '1')
    const { tensors } = readSafetensors(readFileSync(join(cwd, 'lab.db.files', weights)), 'weights')
    writeFileSync(join(cwd, 'bare.safetensors'), writeSafetensors(tensors, {}))
    const [named] = await json('predict', '--run', '1', image)
    const [bare] = await json('predict', '--model', 'cnn', '--weights', 'bare.safetensors', image)
    expect(Object.keys(bare.probabilities)).toEqual(['0', '1'])
    expect(bare.logits).toEqual(named.logits)
  })

  it('takes a path with a slash for a file, whatever its name', async () => {
    writeFileSync(join(cwd, 'toy:train:0'), readFileSync(join(cwd, image)))
    const [file] = await json('predict', '--run', '1', './toy:train:0')
    expect(file.image).toBe('./toy:train:0')
    for (const [name, words] of [
      ['toy:training:0', 'PART being train, validation, test'],
      ['toy:train:-1', 'PART being train, validation, test'],
      ['bank:x', 'ID a number'],
    ] as const) {
      expect(await runLab(['predict', '--run', '1', name], cwd)).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(
          new RegExp(`^mri-lab: ${name}: cannot be read: no such file or directory; .*${words}\n$`),
        ),
      })
    }
  })

  it('explains it, in numbers and files', async () => {
    const record = await json(
      'gradcam',
      '--run',
      '1',
      '--image',
      image,
      '--class',
      'MildDemented',
      '--out',
      'map.png',
      '--map',
      'map.npy',
    )
    expect(record).toMatchObject({ run: 1, image, class: 'MildDemented', layer: 'conv2', height: 8, width: 8 })
    expect(record.map).toHaveLength(64)
    const [prediction] = await json('predict', '--run', '1', image)
    expect(record.probabilities.MildDemented).toBeCloseTo(prediction.probabilities.MildDemented, 5)
    expect((await sharp(join(cwd, 'map.png')).metadata()).height).toBe(256)
    expect(readFileSync(join(cwd, 'map.npy')).toString('latin1')).toContain("'shape': (8, 8)")
    expect((await json('gradcam', '--run', '1', '--image', image)).class).toBe(prediction.class)
  })

  it('checks the map against models with weights drawn anew, unless told not to', async () => {
    const record = await json('gradcam', '--run', '1', '--image', image)
    expect(record).toMatchObject({ method: 'gradcam', randomised: { draws: 5 } })
    expect((await json('gradcam', '--run', '1', '--image', image, '--no-check')).randomised).toBeNull()
    const { stdout } = await runLab(['gradcam', '--run', '1', '--image', image], cwd)
    expect(stdout).toContain('weights drawn anew')
  })

  it('explains an image of its last and of its first class, each asked about both', async () => {
    const record = await json('gradcam', '--run', '1', '--pairs', '--out', 'pairs.png')
    expect(record).toMatchObject({
      run: 1,
      layer: 'conv2',
      method: 'gradcam',
      classes: ['MildDemented', 'NonDemented'],
      pairs: [
        { class: 'MildDemented', synthetic: null, realSynthetic: null },
        { class: 'NonDemented', synthetic: null, realSynthetic: null },
      ],
      notes: [expect.stringContaining('Real images only')],
    })
    for (const { class: label, real } of record.pairs) {
      expect(real.maps.map((map: { class: string }) => map.class)).toEqual(record.classes)
      expect(Object.keys(real.betweenClasses)).toEqual(['spearman', 'topOverlap'])
      const alone = await json('gradcam', '--run', '1', '--image', real.image, '--class', label)
      expect(real.maps.find((map: { class: string }) => map.class === label).map).toEqual(alone.map)
    }
    expect((await sharp(join(cwd, 'pairs.png')).metadata()).width).toBeGreaterThan(3 * 320)
  })

  it("is exported: onnxruntime answers as predict does, and the weights are the run's own", async () => {
    const { files } = await json('export', '--run', '1', '--onnx', 'model.onnx', '--safetensors', 'model.safetensors')
    expect(files).toMatchObject([
      { format: 'onnx', path: 'model.onnx' },
      { format: 'safetensors', path: 'model.safetensors' },
    ])
    const [prediction] = await json('predict', '--run', '1', image)
    const grey = await sharp(join(cwd, image)).greyscale().raw().toBuffer()
    const session = await InferenceSession.create(join(cwd, 'model.onnx'))
    const pixels = new Tensor(
      'float32',
      Float32Array.from(grey, value => value / 255),
      [1, 1, 16, 16],
    )
    const logits = (await session.run({ image: pixels })).logits!.data as Float32Array
    for (const [i, value] of logits.entries()) expect(value).toBeCloseTo(prediction.logits[i], 5)
    expect(await json('predict', '--model', 'cnn', '--weights', 'model.safetensors', image)).toEqual([prediction])
  })

  it.each([
    [['predict', image], 2, 'give --run ID'],
    [['predict', '--run', '1', 'broken.json'], 3, 'broken.json: not a JPEG, PNG, TIFF, WebP or BMP file'],
    [['predict', '--run', '1', 'toy:test:9'], 2, 'its test part has 0 to 3'],
    [['predict', '--run', '9', image], 2, 'no run 9'],
    [['predict', '--model', 'vit', '--weights', 'x', image], 3, 'x: cannot be read'],
    [['predict', '--model', 'unet', '--weights', 'x', image], 2, "--model: 'unet' is none of cnn, resnet18, vit"],
    [['predict', '--model', 'cnn', '--weights', image, image], 3, image],
    [['gradcam', '--run', '1'], 2, 'give --run ID, and --image IMAGE or --pairs'],
    [['gradcam', '--run', '1', '--pairs', '--image', image], 2, 'give --run ID, and --image IMAGE or --pairs'],
    [['gradcam', '--run', '1', '--pairs', '--class', 'NonDemented'], 2, 'give no --class'],
    [['gradcam', '--run', '1', '--image', image, '--method', 'rollout'], 2, 'cnn has no attention'],
    [['export', '--run', '1'], 2, '--onnx FILE or --safetensors FILE'],
    [['export', '--run', '9', '--onnx', 'x.onnx'], 2, 'no run 9'],
    [['export', '--run', '1', '--onnx', 'nowhere/x.onnx'], 1, 'nowhere/x.onnx'],
    [['export', '--study', 'nothing', '--csv', 'x.csv'], 2, 'no study named nothing'],
    [['export', '--study', 'quick'], 2, '--study S and --csv FILE'],
    [['gradcam', '--run', '1', '--image', 'bank:1'], 2, 'no bank image 1'],
    [['gradcam', '--run', '1', '--image', image, '--class', 'None'], 2, "no class 'None'"],
    [['gradcam', '--run', '1', '--image', image, '--layer', 'fc1'], 2, "no layer 'fc1'"],
    [['gradcam', '--run', '1', '--image', image, '--out', 'nowhere/map.png'], 1, 'nowhere/map.png'],
  ])('refuses %j by exit code %i', async (args, code, line) => {
    const ended = await runLab(args, cwd)
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(line) })
    expect(ended.stderr).toMatch(/^mri-lab: .*\n$/)
  })
})
