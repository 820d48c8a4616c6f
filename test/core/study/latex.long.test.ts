/** Tables and contrasts in LaTeX, compiled with pdflatex and booktabs (Debian: texlive-latex-base, texlive-latex-recommended). */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatContrasts } from '../../../src/core/study/contrastFormats.ts'
import { makeContrasts } from '../../../src/core/study/contrastResults.ts'
import { contrastsOf } from '../../../src/core/study/contrasts.ts'
import { formatTable } from '../../../src/core/study/tableFormats.ts'
import { makeTable } from '../../../src/core/study/tables.ts'

const HOSTILE = String.raw`[1ex] 50% \input{x} $a_b^c$ {#&~} <é>|"中· */--`
const here = ['pdflatex', 'kpsewhich'].every(program => spawnSync(program, ['--version']).status === 0)
const booktabs = here && spawnSync('kpsewhich', ['booktabs.sty']).status === 0
if (!booktabs)
  console.warn('pdflatex or booktabs is not here: LaTeX is not compiled; apt-get install texlive-latex-recommended')

const folder = mkdtempSync(join(tmpdir(), 'mri-lab-latex-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const scenario = { name: HOSTILE, real: 1, synthetic: 0, generator: null, classes: null }
const common = { study: HOSTILE, metric: 'loss', on: 'validation', split: HOSTILE, runsOfCell: 3, runs: [] } as const
const spec = { models: ['cnn', 'vit'], policies: ['none', 'flip'] as const, scenarios: [scenario], controls: false }
const parts = {
  tables: formatTable(
    makeTable({ ...common, ...spec, scenarios: [HOSTILE, '*', '[x]'], marks: [HOSTILE], marksOf: () => [HOSTILE] }),
    'latex',
  ),
  contrasts: formatContrasts(
    makeContrasts({
      ...common,
      splits: 1,
      marks: [HOSTILE],
      contrasts: contrastsOf({ ...spec, contrasts: 'default' }, ['A', 'B']),
    }),
    'latex',
  ),
}

describe.skipIf(!booktabs)('compiles, whatever names hold', () => {
  it.each(Object.entries(parts))('%s', (name, body) => {
    const lines = ['\\documentclass{article}', '\\usepackage{booktabs}', '\\begin{document}', body, '\\end{document}', '']
    writeFileSync(join(folder, `${name}.tex`), lines.join('\n'))
    execFileSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', `${name}.tex`], {
      cwd: folder,
      stdio: 'pipe',
    })
    expect(
      readFileSync(join(folder, `${name}.pdf`))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    expect(readFileSync(join(folder, `${name}.log`), 'latin1')).not.toMatch(/^!|Missing character/m)
  })
})
