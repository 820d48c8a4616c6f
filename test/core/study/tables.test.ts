import { describe, expect, it } from 'vitest'
import { publishedValue } from '../../../src/core/study/published.ts'
import type { Cell, Run, RunResult, RunStatus } from '../../../src/core/study/run.ts'
import type { Scenario } from '../../../src/core/study/scenario.ts'
import { formatTable } from '../../../src/core/study/tableFormats.ts'
import { makeTable, type TableRequest } from '../../../src/core/study/tables.ts'

const CLASSES = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
let id = 0

function run(
  cell: Partial<Cell>,
  index: number,
  loss: number,
  rest: Partial<RunResult> = {},
  status: RunStatus = 'done',
): Run {
  const result: RunResult = {
    epochs: 5,
    bestEpoch: 3,
    stoppedBy: 'patience',
    validationLoss: loss,
    finalValidationLoss: loss,
    accuracy: 0.5,
    balancedAccuracy: 0.5,
    macroF1: 0.5,
    auc: 0.5,
    brier: 0.5,
    ece: 0.1,
    quadraticWeightedKappa: 0.5,
    confusion: [],
    perClass: [],
    seconds: 1,
    weights: '',
    ...rest,
  }
  return {
    id: ++id,
    key: `${id}`,
    study: 'a study',
    cell: { model: 'cnn', policy: 'none', scenario: '100/0', ...cell },
    index,
    seed: 1,
    status,
    result: status === 'done' ? result : null,
    test: null,
    error: null,
    engine: 'reference',
    created: '2026-11-01T00:00:00Z',
    finished: null,
  }
}

const twenty = Array.from({ length: 20 }, (_, i) => run({}, i, 0.6 + ((i * 7) % 20) / 100))
const flip = [
  ...[0.7, 0.72, 0.71].map((loss, i) => run({ policy: 'flip' }, i, loss)),
  run({ policy: 'flip' }, 3, 0, {}, 'failed'),
  run({ policy: 'flip' }, 4, 0, {}, 'running'),
]
const request: TableRequest = {
  study: 'a study',
  metric: 'loss',
  on: 'validation',
  split: 'parity split of sample',
  models: ['cnn'],
  policies: ['none', 'flip'],
  scenarios: ['100/0', '80/0'],
  runsOfCell: 20,
  runs: [...twenty, ...flip, run({ scenario: 'elsewhere' }, 0, 9)],
  marks: ['simulated labels'],
  publishedOf: ({ model, policy, scenario }) =>
    publishedValue({
      model,
      policy,
      scenario: real(scenario, scenario === '80/0' ? 0.8 : 1),
      classes: CLASSES,
      fingerprint: 'f',
    }),
}

function real(name: string, fraction: number): Scenario {
  return { name, real: fraction, synthetic: 0, generator: null, classes: null }
}

describe('a table', () => {
  it('holds medians, exact intervals, counts and marks', () => {
    const [first, second] = makeTable(request).rows
    expect(first).toMatchObject({ model: 'cnn', scenario: '100/0' })
    expect(first!.cells[0]!.interquartileMean).toBeCloseTo(0.695, 12)
    expect(first!.cells[0]).toMatchObject({ policy: 'none', n: 20, low: 0.65, high: 0.74, published: 0.113512 })
    expect(first!.cells[0]!.median).toBeCloseTo(0.695, 12)
    expect(first!.cells[0]!.marks).toEqual(['simulated labels', 'other data'])
    expect(first!.cells[1]).toEqual({
      policy: 'flip',
      n: 3,
      median: 0.71,
      low: null,
      high: null,
      interquartileMean: expect.closeTo(0.71, 12),
      published: 0.173663,
      marks: ['simulated labels', '3 of 20 runs', 'failed runs: 1', 'other data'],
    })
    expect(second!.cells[0]).toMatchObject({ n: 0, median: null, low: null, interquartileMean: null })
    expect(second!.cells[0]!.marks).toContain('0 of 20 runs')
  })

  it('counts a diverged run as the worst, of a loss and of an area', () => {
    const runs = [0, 1, 2].map(i => run({}, i, i === 0 ? Number.NaN : i, { auc: i === 0 ? Number.NaN : i / 10 }))
    const cellOf = (metric: 'loss' | 'auc') => makeTable({ ...request, metric, runs }).rows[0]!.cells[0]!
    expect(cellOf('loss')).toMatchObject({ n: 3, median: 2 })
    expect(cellOf('auc')).toMatchObject({ n: 3, median: 0.1, published: null })
    expect(cellOf('loss').marks).toContain('diverged runs: 1')
  })

  it.each(['accuracy', 'balancedAccuracy', 'macroF1', 'auc'] as const)('counts it as the worst of %s too', metric => {
    const stored = { accuracy: 0.5, balancedAccuracy: 0.25, macroF1: 0.2, auc: null } // as the database has it
    const better = { accuracy: 0.1, balancedAccuracy: 0.1, macroF1: 0.1, auc: 0.1 }
    const runs = [0, 1, 2, 3, 4, 5, 6].map(i => run({}, i, i < 2 ? Number.NaN : 1, i < 2 ? stored : better))
    const cell = makeTable({ ...request, metric, runs }).rows[0]!.cells[0]!
    expect(cell).toMatchObject({ n: 7, median: 0.1, low: Number.NEGATIVE_INFINITY, high: 0.1 })
    expect(cell.marks).toContain('diverged runs: 2')
  })

  it('leaves out what is undefined, and says so', () => {
    const runs = [run({}, 0, 1, { auc: null }), run({}, 1, 1, { auc: 0.7 })]
    const cell = makeTable({ ...request, metric: 'auc', runs }).rows[0]!.cells[0]!
    expect(cell).toMatchObject({ n: 1, median: 0.7 })
    expect(cell.marks).toEqual(['simulated labels', '2 of 20 runs', 'undefined runs: 1'])
  })

  it('takes the test results of evaluated runs, beside which nothing was published', () => {
    const { validationLoss: _, ...measured } = twenty[0]!.result!
    const tested = twenty.map((run, i) =>
      i < 12 ? { ...run, test: { ...measured, loss: i === 0 ? Number.NaN : 0.25 } } : run,
    )
    const cellOf = (metric: 'loss' | 'accuracy') =>
      makeTable({ ...request, on: 'test', metric, runs: tested }).rows[0]!.cells[0]!
    expect(cellOf('loss')).toMatchObject({ n: 12, median: 0.25, high: 0.25, published: null })
    expect(cellOf('loss').marks).toEqual(['simulated labels', '12 of 20 runs', 'diverged runs: 1'])
    expect(cellOf('accuracy')).toMatchObject({ n: 12, median: 0.5 })
  })
})

describe('formats', () => {
  const table = makeTable({ ...request, marksOf: ({ scenario }) => (scenario === '80/0' ? ['a note'] : []) })

  it('text lines up and says what it stands on', () => {
    const written = formatTable(table, 'text')
    expect(written).toBe(`  cnn · validation cross entropy (nats), median of runs [95 % interval] number of runs
                                               none              flip
  100/0                   0.6950 [0.6500 0.7400] 20    0.7100 [· ·] 3*
     interquartile mean                      0.6950            0.7100
     published                               0.1135            0.1737
  80/0                                            ·*                ·*
     published                               0.2391            0.2706

  Stands on: parity split of sample, 20 runs a cell. Intervals cover the median with at least 95 %; none below 6 runs.
  Simulated labels: a program made the labels; no number here says anything of a disease.
  published: the median of 20 runs that the dissertation reports for a cell of this definition; · where it reports none.
  The published values stand on other data than these.
  * 3 of 20 runs; failed runs: 1 (cnn 100/0 flip).
  * a note; 0 of 20 runs (cnn 80/0 none, cnn 80/0 flip).
  failed runs: they have no result and count in nothing; the study can retry them.
  Research software. Not for diagnosis.
`)
  })

  it('says that nothing was published of other cells', () => {
    const vit = formatTable(makeTable({ ...request, models: ['vit'] }), 'text')
    expect(vit).toContain('  The dissertation reports no value for a cell of these definitions.\n')
    expect(formatTable(makeTable({ ...request, metric: 'accuracy' }), 'text')).not.toContain('dissertation')
  })

  it('Markdown is a table that a vertical bar does not break', () => {
    const written = formatTable({ ...table, rows: table.rows.map(row => ({ ...row, scenario: `${row.scenario}|x` })) }, 'md')
    expect(written).toContain('| scenario | none | flip |\n| --- | ---: | ---: |\n| 100/0\\|x | 0.6950 [0.6500 0.7400] 20 |')
    expect(written).toContain('| published | 0.1135 | 0.1737 |')
    expect(written).toContain('\n\nResearch software. Not for diagnosis.\n')
  })

  it('CSV keeps all digits and quotes', () => {
    const runs = [run({}, 0, Number.NaN)]
    const lines = formatTable(makeTable({ ...request, study: 'a "b", c', runs }), 'csv').split('\n')
    expect(lines[0]).toBe('study,metric,on,split,model,scenario,policy,n,median,low,high,interquartileMean,published,marks')
    expect(lines[1]).toBe(
      '"a ""b"", c",loss,validation,parity split of sample,cnn,100/0,none,1,Inf,,,Inf,0.113512,simulated labels; 1 of 20 runs; diverged runs: 1; other data',
    )
    expect(lines).toHaveLength(6)
  })

  it('JSON has the fields of the contract', () => {
    const read = JSON.parse(formatTable(table, 'json'))
    expect(read).toMatchObject({ study: 'a study', metric: 'loss', on: 'validation' })
    expect(Object.keys(read.rows[0].cells[0])).toEqual(
      'policy n median low high interquartileMean published marks'.split(' '),
    )
    const diverged = JSON.parse(formatTable(makeTable({ ...request, runs: [run({}, 0, Number.NaN)] }), 'json'))
    expect(diverged.rows[0].cells[0]).toMatchObject({ n: 1, median: null })
  })

  it('says diverged where a median is', () => {
    expect(formatTable(makeTable({ ...request, runs: [run({}, 0, Number.NaN)] }), 'text')).toContain('diverged [· ·] 1*')
  })

  it('LaTeX has booktabs rules, and no name is a command', () => {
    const named = { ...table, rows: table.rows.map(row => ({ ...row, scenario: `50% of A_1 & {x} \\input ~中` })) }
    const written = formatTable(named, 'latex')
    expect(written).toContain('% needs \\usepackage{booktabs}\n\\begin{table}')
    expect(written).toContain('  \\begin{tabular}{lrr}\n    \\toprule\n     & none & flip \\\\\n    \\midrule\n')
    expect(written).toContain(
      '    50\\% of A\\_1 \\& \\{x\\} \\textbackslash{}input \\textasciitilde{}[U+4E2D] & 0.6950 [0.6500 0.7400] 20 & 0.7100 [-- --] 3* \\\\\n',
    )
    expect(written).toContain('    \\quad published & 0.1135 & 0.1737 \\\\\n')
    expect(written).toContain('    \\bottomrule\n  \\end{tabular}')
    expect(written).toContain('{\\footnotesize Research software. Not for diagnosis.\\par}')
    expect(written.match(/\\begin\{table\}/g)).toHaveLength(1)
    const bracket = formatTable({ ...table, rows: table.rows.map(row => ({ ...row, scenario: '[1ex]' })) }, 'latex')
    expect(bracket).toContain('\\midrule\n    {}[1ex] & ')
  })
})

describe('published values', () => {
  const ask = (model: string, policy: string, scenario: Scenario, classes = CLASSES) =>
    publishedValue({ model, policy, scenario, classes, fingerprint: 'f' })
  const mixed: Scenario = {
    name: 'any name',
    real: 0.8,
    synthetic: 0.2,
    generator: 'morph',
    classes: ['ModerateDemented', 'MildDemented'],
  }

  it('are found by what a scenario is, not by its name', () => {
    expect(ask('cnn', 'none', real('x', 0.8))).toEqual({ value: 0.23912, marks: ['other data'] })
    expect(ask('resnet18', 'autoaugment', mixed)).toEqual({ value: 0.785979, marks: ['other data', 'other generator'] })
    const written = { MildDemented: 0.2, ModerateDemented: 0.2 }
    const byClass = { ...mixed, real: 1, synthetic: written, classes: null, generator: 'openai-variation' }
    expect(ask('cnn', 'flip', byClass, [...CLASSES].reverse())).toEqual({ value: 0.169054, marks: ['other data'] })
  })

  it('are absent where the dissertation has none', () => {
    expect(ask('resnet18', 'none', real('80/0', 0.8))).toBeNull()
    expect(ask('vit', 'none', real('100/0', 1))).toBeNull()
    expect(ask('toString', 'none', real('100/0', 1))).toBeNull()
    expect(ask('cnn', 'custom', real('100/0', 1))).toBeNull()
    expect(ask('cnn', 'none', real('60/0', 0.6))).toBeNull()
    expect(ask('cnn', 'none', { ...mixed, classes: null })).toBeNull()
    expect(ask('cnn', 'none', { ...mixed, generator: 'duplicate' })).toBeNull()
    expect(ask('cnn', 'none', { ...mixed, synthetic: 0.3 })).toBeNull()
    expect(ask('cnn', 'none', real('100/0', 1), ['a', 'b'])).toBeNull()
  })
})
