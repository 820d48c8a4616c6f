/** The packed program in an empty folder, as `npx mri-lab` has it: installed by the README's line, and the demo run there. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'mri-lab-pack-'))
const empty = join(work, 'empty')
// npm and npx as they are, on the Node of these tests: the package asks for 22.14 or newer.
const env = {
  ...process.env,
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
}
let tarball = ''

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 })
}

beforeAll(() => {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], root))
  tarball = join(work, packed.filename)
  mkdirSync(empty)
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], empty)
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('the package', () => {
  it('is small, and holds nothing but what runs', () => {
    expect(statSync(tarball).size).toBeLessThan(3.5e6)
    const files = run('tar', ['tzf', tarball], work)
      .trim()
      .split('\n')
      .map(file => file.replace('package/', ''))
    const strange = files.filter(
      file =>
        !/^(dist\/.*\.js|dist\/core\/synthesis\/service\/prices\.json|schema\/(spec|search)\.schema\.json|fixtures\/sample\/.*\.(jpg|json|md|txt)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(
          file,
        ),
    )
    expect(strange).toEqual([])
  })

  it('runs the main job by npx', () => {
    expect(run('npx', ['mri-lab', '--version'], empty)).toBe('0.1.0\n')
    const shown = run('npx', ['mri-lab', 'demo', '--out', 'shown', '--quiet'], empty)
    expect(shown).toContain('study demo: 12 of 12 runs done')
    expect(shown).toContain('Simulated labels: a program made the labels')
    expect(readdirSync(join(empty, 'shown')).sort()).toEqual([
      'gradcam-MildDemented.png',
      'gradcam-ModerateDemented.png',
      'gradcam-NonDemented.png',
      'gradcam-VeryMildDemented.png',
      'report.html',
      'tables.csv',
      'tables.md',
    ])
  })
})
