/** The studies on the Lab screen, a row each. */
import type { StudySummary } from '../../store/index.ts'
import { type DataColumn, type DataRow, widest } from '../components/Table.tsx'
import { keyWords } from '../keymap.ts'
import { studyState } from '../studyState.ts'
import { SYMBOLS } from '../theme.ts'

/** An answer on one line. */
const ANSWER = 46
const NAMES = { least: 16, most: 30 }

export function studyColumns(studies: readonly StudySummary[]): DataColumn[] {
  const names = widest(
    studies.map(one => one.name),
    NAMES.least,
    NAMES.most,
  )
  return [
    { title: 'Studies', width: names },
    { title: 'data', width: 12, drop: 2 },
    { title: 'runs', width: 9, align: 'right' },
    { title: 'begun', width: 10, drop: 1 },
    { title: 'state and answer', width: ANSWER, grow: true },
  ]
}

/** @param answers of finished studies, by name */
export function studyRow(study: StudySummary, alive: boolean, answers: ReadonlyMap<string, string>): DataRow {
  const { name, dataset, done, runs, created } = study
  const { words, tone, resumable } = studyState(study, alive)
  const answer = answers.get(name)
  const hint = resumable ? `, press ${keyWords('resume')} to go on` : ''
  const lead = words === `${SYMBOLS.good} done` ? `${SYMBOLS.good} ` : `${words}; `
  const says = answer === undefined ? `${words}${hint}` : `${lead}${answer}`
  return { key: name, cells: [name, dataset, `${done}/${runs}`, created.slice(0, 10), says], tone }
}
