import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { engineForStudy, engineNow, keepChoice } from '../../src/cli/autoEngine.ts'
import type { Context } from '../../src/cli/context.ts'
import { resolveSettings } from '../../src/cli/settings.ts'
import type { EngineName } from '../../src/core/engine/index.ts'
import { cudaAbsence } from '../../src/core/engine/onnx/cudaFiles.ts'
import { runLab, workingFolder } from './program.ts'

/** What `auto` asks of a command's context, with a cache of its own. */
function contextIn(cwd: string, engine?: string): Pick<Context, 'cwd' | 'env' | 'settings' | 'signal' | 'note'> {
  return {
    cwd,
    env: { ...process.env, XDG_CACHE_HOME: join(cwd, 'cache') },
    settings: resolveSettings({ flags: engine === undefined ? {} : { engine }, env: {}, file: null, cwd }),
    signal: new AbortController().signal,
    note: () => {},
  }
}
const fileIn = (cwd: string): string => join(cwd, 'cache', 'mri-lab', 'engines.json')
const kept = (cwd: string): { engine: EngineName }[] => Object.values(JSON.parse(readFileSync(fileIn(cwd), 'utf8')))

it('doctor keeps what auto stands for, which studies then use', async () => {
  const cwd = workingFolder()
  const { code, stdout } = await runLab(['doctor', '--json'], cwd, { XDG_CACHE_HOME: join(cwd, 'cache') })
  expect(code).toBe(0)
  const report = JSON.parse(stdout)
  expect(kept(cwd)).toEqual([{ engine: report.default, idle: null }])
  expect(await engineForStudy(contextIn(cwd) as Context)).toBe(report.default)
  expect(engineNow(contextIn(cwd) as Context)).toBe(report.default)
})

it('auto is what was kept for this machine, until that engine is gone; a damaged file is none', async () => {
  const cwd = workingFolder()
  const context = contextIn(cwd) as Context
  expect(engineNow(context)).toBe('onnx-cpu')
  keepChoice(context, { engine: 'reference', idle: null })
  expect(engineNow(context)).toBe('reference')
  expect(await engineForStudy(context)).toBe('reference')
  expect(await engineForStudy(contextIn(cwd, 'onnx-cpu') as Context)).toBe('onnx-cpu')

  keepChoice(context, { engine: 'onnx-cuda', idle: null })
  const instead = await engineForStudy(context)
  expect(kept(cwd)).toEqual([{ engine: instead, idle: null }])
  if (cudaAbsence() !== null) expect(instead).not.toBe('onnx-cuda')

  const [key] = Object.keys(JSON.parse(readFileSync(fileIn(cwd), 'utf8')))
  writeFileSync(fileIn(cwd), JSON.stringify({ another: { engine: 'onnx-webgpu', idle: null } }))
  expect(engineNow(context)).toBe('onnx-cpu')
  writeFileSync(fileIn(cwd), `{"${key}": {"engine": "gpu"`)
  expect(engineNow(context)).toBe('onnx-cpu')
  keepChoice(context, { engine: 'reference', idle: null })
  expect(kept(cwd)).toEqual([{ engine: 'reference', idle: null }])
})
