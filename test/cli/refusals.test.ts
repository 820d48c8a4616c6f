/** A command that is refused leaves a folder as it found it, and says why in one line. */
import { spawnSync } from 'node:child_process'
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cleanEnvironment, MAIN, runLab, workingFolder } from './program.ts'

const SAMPLE = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const SEARCH = { dataset: 'sample', models: ['cnn'], search: { classes: [['Mild']], budget: { runs: 100 } } }
const OF_SAMPLE = ['--dataset', 'sample', '--fraction', '0.2']

describe('a refusal in an empty folder makes no database', () => {
  it.each<[string, string[], number, RegExp]>([
    ['a bank image that there is not', ['synth', 'remove', '1'], 2, /no bank image 1;/],
    ['a bank of no dataset', ['synth', 'remove', '--dataset', 'none'], 2, /no dataset named none;/],
    ['images for no dataset', ['synth', 'import', 'x', '--dataset', 'none'], 2, /no dataset named none;/],
    ['a plan of nothing', ['synth', 'plan'], 2, /give --spec SPEC, or --dataset NAME/],
    ['a plan of no file', ['synth', 'plan', '--spec', 'none.json'], 2, /there is no file 'none.json'/],
    ['a plan of no generator', ['synth', 'plan', ...OF_SAMPLE, '--generator', 'morf'], 2, /there is no generator 'morf'/],
    [
      'images of no class',
      ['synth', 'run', ...OF_SAMPLE, '--generator', 'morph', '--classes', 'Mild'],
      2,
      /there is no class 'Mild'/,
    ],
    [
      'images of a service without consent',
      ['synth', 'run', ...OF_SAMPLE, '--generator', 'openai-edit'],
      2,
      /nobody agreed that images of sample are sent/,
    ],
    [
      'images of no dataset',
      ['synth', 'run', '--dataset', 'none', '--generator', 'morph', '--fraction', '1'],
      2,
      /no dataset named none;/,
    ],
    [
      'a question that nobody answers',
      ['synth', 'consent', '--dataset', 'sample', '--generator', 'openai-edit'],
      2,
      /Nobody is there to ask/,
    ],
    [
      'a search for no class',
      ['search', 'search.json'],
      2,
      /search\.classes\[0\]\[0\] \(line 1\): there is no class 'Mild'/,
    ],
    ['a demo whose folder is a file', ['demo', '--out', 'search.json'], 1, /cannot write to search.json: not a directory$/m],
    ['a report to nowhere', ['report', '--out', 'none/r.html'], 1, /none\/r\.html: there is no folder/],
    ['pictures to nowhere', ['gradcam', '--run', '1', '--image', 'x.png', '--out', 'none/x.png'], 1, /there is no folder/],
    ['a demo without its engine', ['demo', '--engine', 'onnx-cuda'], 4, /engine onnx-cuda: /],
    ['a pattern that is none', ['data', 'add', 'x', SAMPLE, '--group-pattern', '['], 2, /^mri-lab: --group-pattern \[: Inv/],
    [
      'parts that leave nothing',
      ['data', 'add', 'x', SAMPLE, '--validation-fraction', '0.6', '--test-fraction', '0.4'],
      2,
      /^mri-lab: --validation-fraction 0.6 and --test-fraction 0.4 must/,
    ],
    ['a word too many', ['data', 'list', 'x'], 2, /^mri-lab: too many .* but got 1: x; see 'mri-lab help data list'$/m],
  ])('%s', async (_, args, code, words) => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'search.json'), JSON.stringify(SEARCH))
    const ended = await runLab(args, cwd, { OPENAI_API_KEY: 'sk-none' })
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
    expect(ended.stderr).toMatch(words)
    expect(readdirSync(cwd)).toEqual(['search.json'])
  })

  it('and neither does a plan of the sample, whose bank is looked at without it', async () => {
    const cwd = workingFolder()
    const { code, stdout } = await runLab(['synth', 'plan', ...OF_SAMPLE, '--generator', 'morph', '--runs', '1'], cwd)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^morph: 78 images, 0 in the bank, 78 to make\n/)
    expect(readdirSync(cwd)).toEqual([])
  })
})

it('images are added from the folder that the database lies in, again and again: its own files are no class', async () => {
  const cwd = workingFolder()
  for (const name of ['NonDemented', 'MildDemented']) {
    mkdirSync(join(cwd, name))
    for (const file of readdirSync(join(SAMPLE, 'train', name)).slice(0, 10))
      cpSync(join(SAMPLE, 'train', name, file), join(cwd, name, file))
  }
  for (const name of ['first', 'second']) {
    const { code, stdout } = await runLab(['data', 'add', name, '.', '--split', 'random', '--json', '--quiet'], cwd)
    expect(code).toBe(0)
    const { classes } = JSON.parse(stdout)
    expect(classes.map((one: { name: string }) => one.name)).toEqual(['NonDemented', 'MildDemented'])
  }
})

it.skipIf(!existsSync('/dev/full'))(
  'results that cannot be written exit 1 and say so; who reads no further is no error',
  async () => {
    const cwd = workingFolder()
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    for (const args of [['models'], ['doctor', '--json'], ['help']]) {
      const child = spawnSync(process.execPath, [MAIN, ...args], {
        cwd,
        env: cleanEnvironment(),
        stdio: ['ignore', full, 'pipe'],
      })
      expect({ args, code: child.status, stderr: String(child.stderr) }).toEqual({
        args,
        code: 1,
        stderr: 'mri-lab: the result cannot be written: no space left on device\n',
      })
    }
    const refused = spawnSync(process.execPath, [MAIN, 'nope'], {
      cwd,
      env: cleanEnvironment(),
      stdio: ['ignore', full, 'pipe'],
    })
    expect(refused.status).toBe(2)
    const command = `'${process.execPath}' '${MAIN}' help | head -c 1; exit "\${PIPESTATUS[0]}"`
    const read = spawnSync('bash', ['-c', command], { cwd, env: cleanEnvironment() })
    expect([read.status, String(read.stdout), String(read.stderr)]).toEqual([0, 'U', ''])
  },
)
