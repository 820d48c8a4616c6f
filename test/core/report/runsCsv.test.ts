import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { runsCsv } from '../../../src/core/report/index.ts'
import { inventedContent } from './content.ts'

const rowsOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, relax_quotes: false, record_delimiter: '\r\n' })

const NAMES = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', 'a,"b"\r\nc', 'plain']

describe("a study's runs as CSV", () => {
  const { runs } = inventedContent({ failed: [1], diverged: [2], queued: [3] })
  const classes = ['NonDemented', 'MildDemented', 'ModerateDemented']
  const written = runsCsv(
    runs.map(run => ({ run, split: run.index % 2, marks: ['simulated labels', 'from scratch'] })),
    classes,
  )
  const rows = rowsOf(written.runs)

  it('have a row each, with every number in full', () => {
    expect(rows).toHaveLength(runs.length)
    for (const [i, { id, key, cell, index, result, test }] of runs.entries()) {
      expect(rows[i]).toMatchObject({ run: String(id), key, ...cell, index: String(index), split: String(index % 2) })
      if (result === null) continue
      expect(Number(rows[i]!.validationLoss)).toEqual(result.validationLoss)
      expect(Number(rows[i]!.testLoss)).toEqual(test!.loss)
      expect(rows[i]).toMatchObject({ marks: 'simulated labels; from scratch', 'recall MildDemented': '0.5', auc: '' })
      expect(rows[i]).toMatchObject({ 'test support NonDemented': '8', 'precision NonDemented': '', epochs: '3' })
    }
  })

  it('tell runs without a number from runs whose number is none', () => {
    expect(rows[0]).toMatchObject({ status: 'failed', validationLoss: '', diverged: '', error: 'out of memory' })
    expect(rows[1]).toMatchObject({ status: 'done', validationLoss: 'NaN', diverged: 'true', divergedStep: '9' })
    expect(rows[2]).toMatchObject({ status: 'queued', validationLoss: '', error: '' })
    expect(rows[3]).toMatchObject({ status: 'done', diverged: 'false' })
  })

  it('stand beside a dictionary of exactly their columns', () => {
    const dictionary = rowsOf(written.dictionary)
    expect(dictionary.map(({ column }) => column)).toEqual(Object.keys(rows[0]!))
    for (const { type, meaning } of dictionary) {
      expect(['text', 'whole', 'number', 'boolean', 'time']).toContain(type)
      expect(meaning!.length).toBeGreaterThan(5)
    }
    expect(new Set(dictionary.map(({ column }) => column)).size).toBe(dictionary.length)
  })

  it('end every line by CRLF, the last too', () => {
    for (const text of [written.runs, written.dictionary]) expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(written.runs.endsWith('\r\n')).toBe(true)
  })

  it.each(NAMES)('are no formulas where names are %j, and nothing else is changed', name => {
    const [run] = runs
    const one = { ...run!, study: name, error: name, cell: { ...run!.cell, scenario: name } }
    const [row] = rowsOf(runsCsv([{ run: one, split: 0, marks: [name] }], [name]).runs)
    const shown = /^[=+\-@\t]/.test(name) ? `'${name}` : name
    expect(row).toMatchObject({ study: shown, scenario: shown, error: shown, marks: shown })
    expect(Object.keys(row!).filter(column => /^[=+\-@\t\r]/.test(column))).toEqual([])
    expect(Object.keys(row!)).toContain(`recall ${name}`)
  })

  it('keep numbers below 0 as numbers', () => {
    const run = runs.at(-1)!
    const one = { ...run, result: { ...run.result!, quadraticWeightedKappa: -0.25, finalValidationLoss: Infinity } }
    const [row] = rowsOf(runsCsv([{ run: one, split: 0, marks: [] }], []).runs)
    expect(row).toMatchObject({ quadraticWeightedKappa: '-0.25', finalValidationLoss: 'Inf' })
  })
})
