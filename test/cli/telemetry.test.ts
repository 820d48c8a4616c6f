import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

it('tells onnxruntime to report its use to nobody, whatever the environment says', () => {
  const tell = 'data:text/javascript,process.on("exit",()=>console.log("reports off:",process.env.ORT_DISABLE_TELEMETRY))'
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '0' }
  const said = execFileSync(process.execPath, ['--import', tell, MAIN, 'models'], { encoding: 'utf8', env })
  expect(said).toContain('reports off: 1')
})
