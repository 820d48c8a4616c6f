// The one command before a commit: types, style, layers, dead code. Every check runs, whatever the others find.
// `node scripts/check.mjs layers dead-code` runs some of them; `--root DIR` checks another copy of the house.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const house = fileURLToPath(new URL('..', import.meta.url))
const tool = name => fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))

const CHECKS = {
  types: [tool('typescript/bin/tsc'), '-p', '.'],
  style: [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  layers: [
    tool('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
    'bench',
    'scripts',
  ],
  'dead-code': [tool('knip/bin/knip.js'), '--no-progress'],
}

const given = process.argv.slice(2)
const at = given.indexOf('--root')
const root = at < 0 ? house : given.splice(at, 2)[1]
const unknown = given.find(name => !Object.hasOwn(CHECKS, name))
if (unknown !== undefined || root === undefined) {
  console.error(`check: '${unknown ?? '--root'}' is none of ${Object.keys(CHECKS).join(', ')}, --root DIR`)
  process.exit(2)
}

const chosen = given.length > 0 ? given : Object.keys(CHECKS)
let failed = 0
for (const name of chosen) {
  const start = performance.now()
  const { status, error } = spawnSync(process.execPath, CHECKS[name], { cwd: root, stdio: 'inherit' })
  if (error) console.error(error.message)
  if (status !== 0) failed++
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✕'} ${name.padEnd(10)} ${seconds} s`)
}
if (failed > 0) console.log(`${failed} of ${chosen.length} checks failed`)
process.exitCode = failed > 0 ? 1 : 0
