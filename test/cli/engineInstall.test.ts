import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cudaAbsence, cudaUnsupported } from '../../src/core/engine/onnx/cudaFiles.ts'
import { runLab, workingFolder } from './program.ts'

/** A port that nothing listens on, as the way to everywhere. */
const NOWHERE = 'http://127.0.0.1:9'
const OFFLINE = {
  GLOBAL_AGENT_HTTP_PROXY: NOWHERE,
  GLOBAL_AGENT_HTTPS_PROXY: NOWHERE,
  npm_config_registry: NOWHERE,
  npm_config_fetch_retries: '0',
}

describe('without internet access', () => {
  it.skipIf(cudaUnsupported() !== null || cudaAbsence() === null)(
    'engine install cuda exits 4 and says what to do',
    async () => {
      const { code, stdout, stderr } = await runLab(['engine', 'install', 'cuda', '--quiet'], workingFolder(), OFFLINE)
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toMatch(
        /^mri-lab: engine install cuda: no internet access here \(.*\); .*Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux/,
      )
      expect(stderr).toMatch(/libonnxruntime_providers_cuda\.so .* into .*onnxruntime-node.bin.napi-v6.linux.x64\n$/)
      expect(cudaAbsence()).not.toBeNull()
    },
  )

  it('engine install tensorflow exits 4, says what to do and leaves nothing behind', async () => {
    const cwd = workingFolder()
    const env = { ...OFFLINE, XDG_DATA_HOME: join(cwd, 'data'), npm_config_cache: join(cwd, 'npm') }
    const { code, stdout, stderr } = await runLab(['engine', 'install', 'tensorflow', '--quiet'], cwd, env)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(/^mri-lab: engine install tensorflow: no internet access here \(.*\); .*npm install --prefix/)
    expect(existsSync(join(cwd, 'data', 'mri-lab', 'tensorflow'))).toBe(false)
  })
})

it('of anything else exits 2', async () => {
  const cwd = workingFolder()
  const { code, stderr } = await runLab(['engine', 'install', 'rocm'], cwd)
  expect({ code, stderr }).toEqual({ code: 2, stderr: "mri-lab: PART: 'rocm' is none of cuda, tensorflow\n" })
  expect(readdirSync(cwd)).toEqual([])
})
