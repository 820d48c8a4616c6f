import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { MAIN } from './program.ts'

/** Starts the program with `process.versions.node` replaced. */
function startAs(version: string) {
  const lie = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(lie)}`
  return spawnSync(process.execPath, ['--import', preload, MAIN, '--version'], { encoding: 'utf8' })
}

describe('a Node too old', () => {
  it.each(['20.20.2', '22.13.9', '12.0.0'])('(%s) gets one line that says what is needed, and exit 4', version => {
    const { status, stdout, stderr } = startAs(version)
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' })
    expect(stderr).toBe(`mri-lab: this is Node ${version}, and Node 22.14 or newer is needed: install one from nodejs.org\n`)
  })

  it.each(['22.14.0', '24.0.0', '100.1.0'])('is not %s', version => {
    expect(startAs(version).status).toBe(0)
  })

  it('can read the entry file: nothing in it is newer than Node 14', () => {
    const source = readFileSync(MAIN, 'utf8')
    const as = (target: string) => transformSync(source, { loader: 'ts', format: 'esm', target }).code
    expect(as('node14')).toBe(as('esnext'))
    expect(source).not.toMatch(/^import /m)
    expect(source).not.toMatch(/^\s*await /m)
  })
})
