/** A study's runs as a file for spreadsheets and statistics programs, and another that says what its columns mean. */
import { resolve } from 'node:path'
import { type ExportedRun, runsCsv } from '../core/report/index.ts'
import { refuseUnwritable, replaceFile } from '../core/shared/replaceFile.ts'
import { modelMarks, parseSpec, scenarioMarks, scenariosOf } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import { dataMarks } from '../ui/queries/tables.ts' // not by the door, which every command passes
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noStudy } from './missing.ts'

export interface ExportedStudy {
  readonly study: string
  readonly rows: number
  /** As the user gave it, and the dictionary beside it. */
  readonly files: readonly { readonly format: 'csv'; readonly path: string; readonly bytes: number }[]
}

/** `runs.csv` -> `runs.dictionary.csv`. Throws `usage` where there is no such study, `failed` where a file cannot be written. */
export async function exportStudy(context: Context, name: string, path: string): Promise<ExportedStudy> {
  const found = await readLab(context, null, store => store.together(() => read(store, name)))
  if (found === null) throw noStudy(name)
  const { runs, dictionary } = runsCsv(found.rows, found.classes)
  const files = []
  const texts = [
    [`${path.replace(/\.csv$/i, '')}.dictionary.csv`, dictionary],
    [path, runs],
  ] as const
  for (const [file] of texts) refuseUnwritable(resolve(context.cwd, file))
  for (const [file, text] of texts) {
    const bytes = Buffer.from(text, 'utf8')
    await replaceFile(resolve(context.cwd, file), bytes)
    files.unshift({ format: 'csv' as const, path: file, bytes: bytes.length })
  }
  return { study: name, rows: found.rows.length, files }
}

function read(store: Store, name: string): { rows: ExportedRun[]; classes: readonly string[] } | null {
  const study = store.studies.get(name)
  if (study === null) return null
  const spec = parseSpec(study.spec, `study '${name}'`)
  const dataset = store.datasets.list().find(one => one.name === study.dataset)
  const runs = store.runs.list({ study: name })
  const own = store.marks.of(runs.map(({ id }) => id))
  const scenarios = new Map(scenariosOf(spec).map(one => [one.name, one]))
  const splits = Math.min(spec.splits, spec.runs)
  return {
    classes: dataset?.classes ?? [],
    rows: runs.map(run => {
      const scenario = scenarios.get(run.cell.scenario)
      const marks = [
        ...dataMarks(dataset),
        ...spec.models.filter(model => model === run.cell.model).flatMap(model => modelMarks(spec, model)),
        ...(scenario === undefined ? [] : scenarioMarks(scenario)),
        ...(own.get(run.id) ?? []),
      ]
      return { run, split: run.index % splits, marks: [...new Set(marks)] }
    }),
  }
}
