/**
 * `npm run bench -- NAME [options]` runs bench/NAME.ts; without a name it says which there are. Their options stand in their first lines.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const names = readdirSync(new URL('.', import.meta.url))
  .filter(file => file.endsWith('.ts') && file !== 'main.ts')
  .map(file => file.slice(0, -'.ts'.length))
const [name = '', ...options] = process.argv.slice(2)
if (names.includes(name)) {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  process.env.ORT_DISABLE_TELEMETRY = '1' // as the program's own entry
  process.exitCode = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' }).status ?? 1
} else {
  console.error(`bench: '${name}' is none of ${names.join(', ')}`)
  process.exitCode = 2
}
