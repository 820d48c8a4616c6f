import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { LATER_COMMANDS } from '../../src/cli/commands/later.ts'
import { cleanEnvironment, MAIN, runLab, workingFolder } from './program.ts'

describe('every command', () => {
  it.each(COMMANDS.map(command => command.name))("'%s' has help with options and an example", async name => {
    const { code, stdout, stderr } = await runLab(['help', ...name.split(' ')], workingFolder())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: mri-lab /)
    expect(stdout).toContain('--json')
    expect(stdout).toMatch(new RegExp(`Examples:\\n.+\\n +mri-lab ${name}`))
    const definition = COMMANDS.find(command => command.name === name)
    for (const [key, option] of Object.entries(definition?.options ?? {})) {
      const flag = `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
      expect(stdout.includes(`${flag} `)).toBe(option.hidden !== true)
    }
  })

  it.each([...LATER_COMMANDS])("'%s' of a later release exits 2 and says so, whatever follows it", async name => {
    const { code, stdout, stderr } = await runLab([...name.split(' '), '--what', 'x', '-3'], workingFolder())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`mri-lab: '${name}' comes with a later release\n`)
  })

  it.each([[['help', 'merge'], 'merge']])('%j of a later release exits 2 and says so', async (args, word) => {
    const { code, stdout, stderr } = await runLab(args, workingFolder())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^mri-lab: .* comes with a later release\n$/)
    expect(stderr).toContain(word)
  })
})

it.each(['onnx-webgpu', 'onnx-cuda', 'tensorflow'])(
  '--engine %s, which is not here, exits 4 and leaves nothing behind',
  async engine => {
    const folder = workingFolder()
    // Whatever GPU this machine has: no Vulkan driver is found there.
    const { code, stdout, stderr } = await runLab(['run', 'quick', '--engine', engine], folder, {
      VK_ICD_FILENAMES: '/nowhere.json',
    })
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^mri-lab: engine ${engine}: .*--engine onnx-cpu\n$`))
    expect(readdirSync(folder)).toEqual([])
  },
)

describe("a group's own command", () => {
  it('has none of the filters of its group in its help', async () => {
    const { stdout } = await runLab(['help', 'runs', 'show'], workingFolder())
    expect(stdout).toContain('--json')
    expect(stdout).not.toContain('--scenario')
  })
})

describe('doctor --bundle', () => {
  it('writes a file of text without home folder and keys, also of a database that cannot be read', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'lab.db'), 'not a database, by far not a database')
    const env = { HOME: cwd, OPENAI_API_KEY: 'sk-secret', LANG: 'sk-secret', MRI_LAB_THREADS: '1' }
    const { code, stdout } = await runLab(['doctor', '--bundle', 'fault.json', '--json'], cwd, env)
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report.bundle).toBe('fault.json')
    const text = readFileSync(join(cwd, 'fault.json'), 'utf8')
    const bundle = JSON.parse(text)
    expect(bundle).toMatchObject({
      doctor: { version: report.version, engines: report.engines },
      environment: { LANG: '[key]', MRI_LAB_THREADS: '1' },
      lab: { error: expect.stringContaining('not a database') },
      runnerLog: 'no such file or directory',
    })
    expect(text).not.toContain('sk-secret')
    expect(text).not.toContain(cwd)
    expect(await runLab(['doctor', '--bundle', 'no/where.json'], cwd)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^mri-lab: cannot write \S*where\.json: there is no folder .*\n$/),
    })
  })
})

describe('wrong usage', () => {
  it.each([
    [['doctr'], /unknown command 'doctr' \(Did you mean doctor\?\) see 'mri-lab help'/],
    [['data', 'lst'], /unknown command 'lst' \(Did you mean list\?\) see 'mri-lab help data'/],
    [['help', 'nothing'], /unknown command 'nothing'/],
    [['help', 'data', 'nothing'], /unknown command 'nothing'/],
    [['runs', '--statu', 'done'], /unknown option '--statu' \(Did you mean --status\?\)/],
    [['runs', '--status', 'dead'], /--status: 'dead' is none of queued, running/],
    [['runs', 'sho', '3'], /too many arguments for 'runs'.*see 'mri-lab help runs'/],
    [['runs', 'show'], /missing required argument 'ID'/],
    [['runs', 'show', 'x'], /ID: 'x' is no whole number/],
    [['runs', 'show', '1'], /no run 1/],
    [['runs', '--study', 'x'], /no study named x/],
    [['data', 'show', 'x'], /no dataset named x/],
    [['tables'], /no studies yet/],
    [['tables', '--study', 'x'], /no study named x/],
    [['data', 'remove', 'x'], /no dataset named x/],
    [['data', 'add', 'a:b', '.'], /NAME: 'a:b'/],
    [['data', 'add', 'a', '.', '--seed', '1.5'], /--seed: '1\.5'/],
    [['data', 'add', 'a', '.', '--labels', 'x'], /--labels: 'x' is not of the form/],
    [['data', 'add', 'a', '.', '--validation-fraction', '1'], /--validation-fraction: '1'/],
    [['--db'], /option '--db <PATH>' argument missing/],
    [['--threads', '0', 'studies'], /--threads: '0'/],
    [['--engine', 'gpu', 'studies'], /--engine: no engine 'gpu'/],
    [['--db', '.', 'studies'], /: a folder; name a file with --db/],
  ])('%j exits 2 with one line', async (args, line) => {
    const cwd = workingFolder()
    const { code, stdout, stderr } = await runLab(args, cwd)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^mri-lab: .*\n$/)
    expect(stderr).toMatch(line)
    expect(readdirSync(cwd)).toEqual([])
  })

  it('without a command, and no terminal, prints help on stderr and exits 2', async () => {
    const { code, stdout, stderr } = await runLab([], workingFolder())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^Usage: mri-lab/)
  })

  it('in mri-lab.config.json names the file and the field', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'mri-lab.config.json'), '{"threads": "two"}')
    const { code, stderr } = await runLab(['studies'], cwd)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^mri-lab: mri-lab\.config\.json: threads: /)
  })
})

describe('output', () => {
  it.each([
    ['studies', '[]\n'],
    ['runs', '[]\n'],
    ['data list', '[]\n'],
  ])("'%s --json' of nothing is an empty list, and makes no database", async (command, json) => {
    const cwd = workingFolder()
    expect(await runLab([...command.split(' '), '--json'], cwd)).toEqual({ code: 0, stdout: json, stderr: '' })
    expect(await runLab(['--json', ...command.split(' ')], cwd)).toEqual({ code: 0, stdout: json, stderr: '' })
    expect(readdirSync(cwd)).toEqual([])
  })

  it('of a JSON command is one document with every field of the contract', async () => {
    const { code, stdout, stderr } = await runLab(['doctor', '--json'], workingFolder())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout)
    expect(Object.keys(report)).toEqual(['version', 'node', 'engines', 'default', 'cpu', 'terminal', 'database'])
    expect(report.engines.map((engine: { name: string }) => engine.name)).toEqual([
      'onnx-cpu',
      'onnx-webgpu',
      'onnx-cuda',
      'tensorflow',
      'reference',
    ])
    for (const engine of report.engines) {
      expect(Object.keys(engine).sort()).toEqual(['available', 'device', 'name', 'reason', 'stepMilliseconds'])
    }
  })

  it('to a pipe that closes early is no error', async () => {
    const shell = spawn('sh', ['-c', `"$0" "$1" help | head -c 1 >/dev/null; true`, process.execPath, MAIN], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stderr = ''
    shell.stderr.on('data', chunk => {
      stderr += String(chunk)
    })
    const code = await new Promise(resolve => shell.on('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('into a pipe nobody reads exits 0', async () => {
    const child = spawn(process.execPath, [MAIN, 'models', '--json'], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
  })

  it('prints the version', async () => {
    const { code, stdout } = await runLab(['--version'], workingFolder())
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('goes by MRI_LAB_DB, and reports a file that is no database as bad data', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'other.db'), 'not a database, by far not a database')
    const { code, stderr } = await runLab(['studies'], cwd, { MRI_LAB_DB: 'other.db' })
    expect(code).toBe(3)
    expect(stderr).toMatch(/^mri-lab: .*other\.db/)
    expect(existsSync(join(cwd, 'lab.db'))).toBe(false)
  })
})
