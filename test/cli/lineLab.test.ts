/** The lab as lines, and the lab's own program asked from its screens. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { wordsOf } from '../../src/cli/lineLab.ts'
import { askProgram } from '../../src/cli/ownProgram.ts'

const FIXTURE = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mri-lab-line-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('asking the own program', () => {
  it('gives its JSON, and tells its remarks as they come', async () => {
    const cwd = folder()
    const ask = askProgram(['--db', join(cwd, 'lab.db')], cwd)
    const notes: string[] = []
    const added = await ask(['data', 'add', 'own', FIXTURE], { onNote: line => notes.push(line) })
    expect(added).toMatchObject({ name: 'own', split: 'parity' })
    expect(notes.join('\n')).toContain('488')
    expect(await ask(['data', 'list'])).toMatchObject([{ name: 'own' }])
  })

  it('hands over a spec in a file that is gone afterwards', async () => {
    const cwd = folder()
    const ask = askProgram([], cwd)
    const before = readdirSync(tmpdir()).filter(name => name.startsWith('mri-lab-ask-')).length
    const spec = { dataset: 'none', models: ['cnn'], policies: ['none'], scenarios: [{ name: 'a', real: 1 }] }
    expect(await ask(['run', '--print-spec'], { file: spec })).toMatchObject({ dataset: 'none' })
    expect(readdirSync(tmpdir()).filter(name => name.startsWith('mri-lab-ask-'))).toHaveLength(before)
  })

  it('fails with the kind and the line of the program, and stops when it is told to', async () => {
    const cwd = folder()
    const ask = askProgram([], cwd)
    await expect(ask(['data', 'audit', 'none'])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^(?!mri-lab:).*none/),
    })
    const stop = new AbortController()
    const asked = ask(['doctor'], { signal: stop.signal })
    stop.abort()
    await expect(asked).rejects.toMatchObject({ name: 'LabError' })
  })
})

describe('the lab as lines', () => {
  it('splits words as a shell does', () => {
    expect(wordsOf(`tables --study "mild and moderate" --format 'csv'`)).toEqual([
      ...['tables', '--study', 'mild and moderate'],
      ...['--format', 'csv'],
    ])
    expect(wordsOf('  ')).toEqual([])
  })

  it('takes commands one a line on a terminal that only writes lines', () => {
    const cwd = folder()
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const said = execFileSync('script', ['-qec', `${process.execPath} ${main}`, '/dev/null'], {
      cwd,
      input: 'data list\nno-such-command\nquit\n',
      env: { ...process.env, TERM: 'dumb' },
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(said).toContain('draws no screens')
    expect(said).toContain('mri-lab> ')
    expect(said).toMatch(/no data ?sets?|none yet|data add/i)
    expect(said).toContain('no-such-command')
    expect(said).not.toContain('\x1b[')
  })
})
