import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  initialWeights,
  modelNamed,
  type StoredTensor,
  writeCheckpoint,
  writeSafetensors,
} from '../../src/core/models/index.ts'
import { PINNED, resnet18Layouts } from '../../src/core/models/weights/index.ts'
import { hubServer } from '../core/hub/hubServer.ts'
import { cleanEnvironment, MAIN, runLab, workingFolder } from './program.ts'

const { repo, revision, file, bytes } = PINNED.resnet18
const PATH = `${repo}/resolve/${revision}/${file}`
let weights: Buffer
let sha256: string

/** ResNet-18's tensors, all zero. */
function zeros(): Map<string, StoredTensor> {
  return new Map(
    resnet18Layouts({ classes: 1000 })[0].tensors.map(({ name, dtype, shape }): [string, StoredTensor] => {
      const sizes = shape.map(Number)
      const count = sizes.reduce((product, size) => product * size, 1)
      if (dtype === 'I64') return [name, { dtype, shape: sizes, data: new BigInt64Array(count) }]
      return [name, { dtype, shape: sizes, data: new Float32Array(count) }]
    }),
  )
}

/** As long as the pinned file: its header ends in so many spaces more. */
function ofPinnedSize(file: Uint8Array): Buffer {
  const header = Number(new DataView(file.buffer).getBigUint64(0, true))
  const json = new TextDecoder().decode(file.subarray(8, 8 + header)).trimEnd()
  const room = bytes! - (file.length - 8 - header) - 8
  const out = Buffer.concat([Buffer.alloc(8), Buffer.from(json.padEnd(room)), file.subarray(8 + header)])
  out.writeBigUInt64LE(BigInt(room))
  expect(out.length).toBe(bytes)
  return out
}

beforeAll(() => {
  weights = ofPinnedSize(writeSafetensors(zeros()))
  sha256 = createHash('sha256').update(weights).digest('hex')
})

describe('weights fetch', () => {
  it('goes on after a broken line, installs what was pinned, and does not fetch it again', async () => {
    const cwd = workingFolder()
    const server = await hubServer({ files: { [PATH]: weights } })
    server.faults.cutAfter.push(20_000_000)
    const env = { HF_ENDPOINT: server.endpoint }
    const { code, stdout, stderr } = await runLab(['weights', 'fetch', 'resnet18', '--json'], cwd, env)
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^downloading resnet18\.tv_in1k: 46\.8 of 46\.8 MB/),
    })
    const row = {
      name: 'resnet18.tv_in1k',
      model: 'resnet18',
      layout: 'torchvision',
      sha256,
      size: bytes,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      source: { repo, revision, file, licence: 'BSD-3-Clause' },
      added: expect.any(String),
    }
    expect(JSON.parse(stdout)).toEqual(row)
    expect(server.seen.filter(one => one.server === 'storage').map(one => one.range)[1]).toMatch(/^bytes=\d+-$/)
    expect(readdirSync(join(cwd, 'lab.db.files'))).toEqual([sha256])
    expect(statSync(join(cwd, 'lab.db.files', sha256)).mode & 0o777).toBe(0o600)

    server.seen.length = 0
    expect(await runLab(['weights', 'fetch', 'resnet18'], cwd, env)).toMatchObject({
      code: 0,
      stdout: `resnet18.tv_in1k is installed: ${sha256}\n`,
    })
    expect(server.seen).toEqual([])
    expect(JSON.parse((await runLab(['weights', 'list', '--json'], cwd)).stdout)).toEqual([row])
    expect((await runLab(['weights', 'list'], cwd)).stdout).toMatch(
      /resnet18\.tv_in1k +resnet18 +torchvision +46\.8 .*timm\/resnet18\.tv_in1k at bbd144b3/,
    )
  })

  it('stops at Ctrl+C, says what is kept, and goes on from there', async () => {
    const cwd = workingFolder()
    const server = await hubServer({ files: { [PATH]: weights } })
    server.faults.stallAfter.push(5_000_000)
    const env = cleanEnvironment({ HF_ENDPOINT: server.endpoint })
    const child = spawn(process.execPath, [MAIN, 'weights', 'fetch', 'resnet18'], {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = new Promise(resolve => child.on('close', resolve))
    let stderr = ''
    child.stderr.on('data', text => {
      stderr += text
    })
    const partial = join(cwd, 'lab.db.files', `.${sha256}.partial`)
    await expect.poll(() => statSync(partial, { throwIfNoEntry: false })?.size, { timeout: 20_000 }).toBe(5_000_000)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(stderr).toMatch(/5000000 of 46807446 bytes are kept, and the same command goes on from there\n$/)
    expect(await runLab(['weights', 'fetch', 'resnet18', '--quiet'], cwd, { HF_ENDPOINT: server.endpoint })).toMatchObject({
      code: 0,
    })
    expect(server.seen.at(-1)?.range).toBe('bytes=5000000-')
  })

  it('without a network exits 4 and says how to go on by hand', async () => {
    const cwd = workingFolder()
    const { code, stdout, stderr } = await runLab(['weights', 'fetch', 'vit'], cwd, { HF_ENDPOINT: 'http://127.0.0.1:9' })
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    const url = `http://127.0.0.1:9/google/vit-base-patch16-224/resolve/${PINNED.vit.revision}/model.safetensors`
    expect(stderr).toMatch(/^mri-lab: http:\/\/127\.0\.0\.1:9 cannot be reached \(.*\); without the hub: download [^\n]*\n$/)
    expect(stderr).toContain(`download ${url} elsewhere, then 'mri-lab weights add vit FILE'`)
    expect(readdirSync(cwd)).toEqual([])
  })

  it('of a file that is not the one pinned, or not the model, exits 3 and keeps nothing', async () => {
    const cwd = workingFolder()
    const short = await hubServer({ files: { [PATH]: Buffer.alloc(1000) } })
    const first = await runLab(['weights', 'fetch', 'resnet18'], cwd, { HF_ENDPOINT: short.endpoint })
    expect(first).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`says 1000 bytes, and the pinned file has ${bytes}`),
    })
    expect(readdirSync(cwd)).toEqual([])
    const other = zeros()
    other.set('layer1.0.conv9.weight', other.get('layer1.0.conv1.weight')!)
    other.delete('layer1.0.conv1.weight')
    const wrong = await hubServer({ files: { [PATH]: ofPinnedSize(writeSafetensors(other)) } })
    const second = await runLab(['weights', 'fetch', 'resnet18', '--quiet'], cwd, { HF_ENDPOINT: wrong.endpoint })
    expect(second).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^mri-lab: .*lacks resnet18's tensor 'layer1\.0\.conv1\.weight'\n$/),
    })
    expect(readdirSync(join(cwd, 'lab.db.files'))).toEqual([])
  })

  it('knows only the models that start from weights', async () => {
    const { code, stderr } = await runLab(['weights', 'fetch', 'cnn'], workingFolder())
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "mri-lab: MODEL: 'cnn' starts from no weights; those that do are resnet18 and vit\n",
    })
  })
})

describe('weights add', () => {
  it('keeps a copy, names it, and takes the same file twice for one', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'model.safetensors'), weights)
    const added = await runLab(['weights', 'add', 'resnet18', 'model.safetensors', '--json'], cwd)
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const row = JSON.parse(added.stdout)
    expect(row).toMatchObject({
      name: 'resnet18',
      layout: 'torchvision',
      sha256,
      source: { path: join(cwd, 'model.safetensors') },
    })
    expect(JSON.parse((await runLab(['weights', 'add', 'resnet18', 'model.safetensors', '--json'], cwd)).stdout)).toEqual(
      row,
    )

    const flags = ['--name', 'mine', '--mean', '0.1,0.2,0.3', '--std', '1,1,1', '--json']
    const mine = JSON.parse((await runLab(['weights', 'add', 'resnet18', 'model.safetensors', ...flags], cwd)).stdout)
    expect(mine).toMatchObject({ name: 'mine', mean: [0.1, 0.2, 0.3], std: [1, 1, 1] })
    const taken = await runLab(
      ['weights', 'add', 'resnet18', 'model.safetensors', ...flags.slice(2), '--name', 'resnet18'],
      cwd,
    )
    expect(taken).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/other weights named resnet18 are installed.*--name/),
    })
    expect(existsSync(join(cwd, 'lab.db.files', sha256))).toBe(true)
  })

  it.each([
    [['missing.safetensors'], 3, /missing\.safetensors: cannot be read/],
    [['text.safetensors'], 3, /text\.safetensors: not a usable safetensors file/],
    [['cnn.safetensors'], 3, /cnn\.safetensors: holds the weights of 'cnn', not of resnet18/],
    [['cnn.safetensors', '--mean', '1,2,3'], 2, /give --mean and --std together/],
    [['cnn.safetensors', '--mean', '1,2', '--std', '1,1,1'], 2, /--mean: '1,2' is not three numbers/],
    [['cnn.safetensors', '--mean', '1,2,3', '--std', '1,0,1'], 2, /--std: must be above 0/],
  ])('%j is refused in a line, and nothing is made', async (args, exit, message) => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'text.safetensors'), 'this is no such file')
    const cnn = modelNamed('cnn', 8, 2)
    writeFileSync(join(cwd, 'cnn.safetensors'), writeCheckpoint(cnn, initialWeights(cnn, 1, 0), ['A', 'B']))
    const { code, stdout, stderr } = await runLab(['weights', 'add', 'resnet18', ...args], cwd)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^mri-lab: .*\n$/)
    expect(readdirSync(cwd).sort()).toEqual(['cnn.safetensors', 'text.safetensors'])
  })
})

it('predict reads a file of another model as what it is: bad data', async () => {
  const cwd = workingFolder()
  const cnn = modelNamed('cnn', 8, 2)
  const tensors = new Map<string, StoredTensor>([['fc3.bias', { dtype: 'F32', shape: [2], data: new Float32Array(2) }]])
  writeFileSync(join(cwd, 'vit.safetensors'), writeSafetensors(tensors, { model: 'vit' }))
  writeFileSync(join(cwd, 'cut.safetensors'), writeCheckpoint(cnn, initialWeights(cnn, 1, 0), ['A', 'B']).subarray(0, 500))
  const predict = (file: string) => runLab(['predict', '--model', 'cnn', '--weights', file, 'x.png'], cwd)
  expect(await predict('vit.safetensors')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/the weights of 'vit', not of cnn/),
  })
  expect(await predict('cut.safetensors')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/cut\.safetensors: not a usable/),
  })
  expect(await predict('none.safetensors')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/none\.safetensors: cannot be read/),
  })
})
