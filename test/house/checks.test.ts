/** The checks see what they are for: a planted upward import and a planted dead export fail them by name, a clean house passes. */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const house = fileURLToPath(new URL('../..', import.meta.url))
const CONFIG = ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs', 'knip.json', 'vitest.config.ts']

/** A copy of the house without what is installed or built, which is linked. */
function copyOfTheHouse(): string {
  const root = mkdtempSync(join(tmpdir(), 'mri-lab-house-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const file of CONFIG) cpSync(join(house, file), join(root, file))
  for (const folder of ['src', 'test', 'scripts', 'bench']) {
    if (existsSync(join(house, folder))) cpSync(join(house, folder), join(root, folder), { recursive: true })
    else mkdirSync(join(root, folder))
  }
  symlinkSync(join(house, 'node_modules'), join(root, 'node_modules'))
  if (existsSync(join(house, 'dist'))) symlinkSync(join(house, 'dist'), join(root, 'dist'))
  return root
}

/** A house of two files under the same rules. */
function smallHouse(): string {
  const root = mkdtempSync(join(tmpdir(), 'mri-lab-house-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync(join(house, 'tsconfig.json'), join(root, 'tsconfig.json'))
  const { $schema: _, ignoreDependencies: __, ...rules } = JSON.parse(readFileSync(join(house, 'knip.json'), 'utf8'))
  plant(root, 'knip.json', JSON.stringify(rules))
  plant(root, 'package.json', '{ "name": "small", "type": "module" }')
  plant(root, 'src/cli/main.ts', "import { answer } from './answer.ts'\nconsole.log(answer)")
  plant(root, 'src/cli/answer.ts', 'export const answer = 42')
  return root
}

function check(name: 'layers' | 'dead-code', root: string): { readonly status: number | null; readonly text: string } {
  const args = [join(house, 'scripts/check.mjs'), '--root', root, name]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, text: stdout + stderr }
}

/** Adds `line` to a file of the copy, which is made where it is missing. */
function plant(root: string, file: string, line: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  if (!existsSync(join(root, file))) writeFileSync(join(root, file), '')
  appendFileSync(join(root, file), `\n${line}\n`)
}

describe('npm run check', () => {
  it('finds the layers kept', () => {
    expect(check('layers', copyOfTheHouse())).toMatchObject({ status: 0 })
  })

  it.each([
    ['src/core/shared/errors.ts', "import '../../store/index.ts'", 'core imports only downward', 'src/store/index.ts'],
    ['src/store/store.ts', "import '../cli/output.ts'", 'store imports only downward', 'src/cli/output.ts'],
    [
      'src/core/dataset/share.ts',
      "import '../study/spec.ts'",
      'core/dataset imports only downward',
      'src/core/study/spec.ts',
    ],
    [
      'src/core/dataset/share.ts',
      "import '../engine/index.ts'",
      'core/dataset imports only downward',
      'src/core/engine/index.ts',
    ],
    [
      'src/core/shared/planted.ts',
      "import type Database from 'better-sqlite3'\nexport type X = Database.Database",
      'core knows no database',
      'better-sqlite3',
    ],
    ['src/ui/components/Bars.tsx', "import '../lab.ts'", 'components know nothing of the lab', 'src/ui/lab.ts'],
    ['src/ui/format/number.ts', "import '../../../test/cli/program.ts'", 'no imports from tests', 'test/cli/program.ts'],
    ['src/core/shared/errors.ts', "import './planted.ts'", 'what is imported exists', './planted.ts'],
  ])('fails on a planted import in %s: %s', (file, line, rule, target) => {
    const root = copyOfTheHouse()
    plant(root, file, line)
    const { status, text } = check('layers', root)
    expect(status).toBe(1)
    expect(text).toContain(rule)
    expect(text).toContain(file)
    expect(text).toContain(target)
  })

  it('fails on a circle', () => {
    const root = copyOfTheHouse()
    plant(root, 'src/cli/first.ts', "import { second } from './second.ts'\nexport const first = (): unknown => second")
    plant(root, 'src/cli/second.ts', "import { first } from './first.ts'\nexport const second = (): unknown => first")
    const { status, text } = check('layers', root)
    expect(status).toBe(1)
    expect(text).toMatch(/no circles: .*first\.ts/)
  })

  it('fails on a dead export and on a file that nothing uses', () => {
    const root = copyOfTheHouse()
    plant(root, 'src/ui/format/number.ts', 'export function plantedAndDead(): number {\n  return 1\n}')
    plant(root, 'src/cli/planted.ts', 'export const planted = 1')
    const { status, text } = check('dead-code', root)
    expect(status).toBe(1)
    expect(text).toMatch(/plantedAndDead .*src\/ui\/format\/number\.ts/)
    expect(text).toContain('src/cli/planted.ts')
  })

  it('finds no dead code where there is none', () => {
    const root = smallHouse()
    expect(check('dead-code', root)).toMatchObject({ status: 0 })
    plant(root, 'src/cli/answer.ts', 'export const plantedAndDead = 1')
    expect(check('dead-code', root)).toMatchObject({ status: 1, text: expect.stringContaining('plantedAndDead') })
  })
})
