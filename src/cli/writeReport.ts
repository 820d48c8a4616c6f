/** A study's report as a file. */
import { resolve } from 'node:path'
import { reportHtml } from '../core/report/index.ts'
import { refuseUnwritable, replaceFile } from '../core/shared/replaceFile.ts'
import type { Context } from './context.ts'
import { type ReportRequest, reportContent } from './reportContent.ts'

export interface WrittenReport {
  readonly study: string
  /** As the user gave it. */
  readonly path: string
  readonly bytes: number
  /** Whether every planned run is done. */
  readonly complete: boolean
}

/** Whole or not at all. Throws as reportContent, and `failed` where the file cannot be written. */
export async function writeReport(context: Context, request: ReportRequest, path: string): Promise<WrittenReport> {
  refuseUnwritable(resolve(context.cwd, path))
  const content = await reportContent(context, request)
  const bytes = Buffer.from(reportHtml(content), 'utf8')
  context.signal.throwIfAborted()
  await replaceFile(resolve(context.cwd, path), bytes)
  const { spec, runs, tables } = content
  const planned = spec.runs * (tables[0]?.rows.reduce((sum, { cells }) => sum + cells.length, 0) ?? 0)
  const complete = runs.filter(({ status }) => status === 'done').length >= planned
  return { study: spec.name, path, bytes: bytes.length, complete }
}
