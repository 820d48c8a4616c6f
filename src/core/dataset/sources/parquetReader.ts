/**
 * A thread that reads Parquet files. A damaged file may make the reader throw where nobody catches, work without end or fill the heap: here
 * that ends a thread, and the file is named.
 */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { LabError, reasonOf } from '../../shared/errors.ts'
import { WorkerLine } from '../workerLine.ts'
import type { ParquetRows, ParquetShape } from './parquetFile.ts'

export type ParquetQuestion =
  | { readonly ask: 'open'; readonly path: string; readonly groupColumn: string | undefined }
  /** `file`: which of the opened ones, from 0. */
  | { readonly ask: 'rows'; readonly file: number; readonly group: number }

export type ParquetAnswer = ParquetShape | ParquetRows

type Reply = { readonly answered: ParquetAnswer } | { readonly failed: string }

/** Heap of the thread in MiB: values and their arrays; the bytes of images lie outside of it. */
const HEAP = 1024
/** Time for any answer, those before it in the line included, and for each megabyte of the file that it needs: a slow disk gives some MB a second. */
const SECONDS = 30
const SECONDS_PER_MEGABYTE = 1

export class ParquetReader {
  readonly #line: WorkerLine
  readonly #shapes: ParquetShape[] = []
  #ended: Promise<unknown> | undefined

  constructor() {
    // The sources run as they are in tests and as JavaScript in the package: the entry has this file's own extension.
    const entry = new URL(`./parquetWorker${extname(import.meta.url)}`, import.meta.url)
    this.#line = new WorkerLine(new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: HEAP } }))
    this.#line.worker.unref() // who opens a file and reads nothing of it is not held
  }

  /** Throws `data` naming the file and the reason. */
  async open(path: string, groupColumn: string | undefined): Promise<ParquetShape> {
    const shape = (await this.#ask({ ask: 'open', path, groupColumn }, path, 1)) as ParquetShape
    this.#shapes.push(shape)
    return shape
  }

  /** The rows of a row group of the file that was opened as number `file`. Throws `data` naming both. */
  async rows(file: number, group: number): Promise<ParquetRows> {
    const { path, groups } = this.#shapes[file]!
    const what = `row group ${group} of ${path}`
    return (await this.#ask({ ask: 'rows', file, group }, what, groups[group]!.bytes / 1e6)) as ParquetRows
  }

  async close(): Promise<void> {
    this.#ended ??= this.#line.worker.terminate()
    await this.#ended
  }

  async #ask(question: ParquetQuestion, what: string, megabytes: number): Promise<ParquetAnswer> {
    const seconds = SECONDS + SECONDS_PER_MEGABYTE * megabytes
    const { worker } = this.#line
    try {
      if (this.#ended !== undefined) throw new Error('its thread was ended')
      worker.ref()
      const reply = await this.#line.ask<Reply>(question, { seconds })
      if ('failed' in reply) throw new Error(reply.failed)
      return reply.answered
    } catch (cause) {
      await this.close()
      throw new LabError('data', `cannot read ${what} as Parquet: ${reasonOf(cause)}`, { cause })
    } finally {
      // Not while it ends: this process could be over before, and who waits for that would wait for ever.
      if (this.#line.length === 0 && this.#ended === undefined) worker.unref()
    }
  }
}
