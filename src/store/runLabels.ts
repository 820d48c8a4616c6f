import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'

/** A tag is a word: it is found by it, and lists write several beside each other. */
const LONGEST = 40

/** What people put on runs beside notes: pins and tags. */
export class RunLabels {
  readonly #connection: Connection
  readonly #pin
  readonly #unpin
  readonly #pinned
  readonly #tag
  readonly #untag
  readonly #tags
  readonly #notes

  constructor(connection: Connection) {
    this.#connection = connection
    this.#pin = connection.command(
      'INSERT INTO pinned_runs (run, created) SELECT id, :created FROM runs WHERE id = :run ON CONFLICT DO NOTHING',
    )
    this.#unpin = connection.command('DELETE FROM pinned_runs WHERE run = :run')
    this.#pinned = connection.query(
      { table: 'pinned_runs', key: ['run'] },
      z.object({ run: z.int() }),
      'SELECT run FROM pinned_runs ORDER BY created, run',
    )
    this.#tag = connection.command(
      'INSERT INTO run_tags (run, tag) SELECT id, :tag FROM runs WHERE id = :run ON CONFLICT DO NOTHING',
    )
    this.#untag = connection.command('DELETE FROM run_tags WHERE run = :run')
    this.#tags = connection.query(
      { table: 'run_tags', key: ['run', 'tag'] },
      z.object({ run: z.int(), tag: z.string() }),
      'SELECT run, tag FROM run_tags ORDER BY run, tag',
    )
    this.#notes = connection.query(
      { table: 'notes', key: ['run'] },
      z.object({ run: z.int(), text: z.string() }),
      'SELECT run, text FROM notes WHERE run IS NOT NULL ORDER BY id',
    )
  }

  /** The newest note of each run that has any. */
  notes(): ReadonlyMap<number, string> {
    return new Map(this.#notes.all().map(({ run, text }) => [run, text]))
  }

  /** Pins a run, or takes the pin away. A run that there is not is left alone. */
  setPinned(run: number, pinned: boolean): void {
    if (pinned) this.#pin.run({ run, created: this.#connection.timestamp() })
    else this.#unpin.run({ run })
  }

  /** The pinned runs, in the order in which they were. */
  pinned(): number[] {
    return this.#pinned.all().map(({ run }) => run)
  }

  /** Gives a run these tags in place of those it has. Throws a LabError `usage` for one that is no word. */
  setTags(run: number, tags: readonly string[]): void {
    for (const tag of tags) {
      if (tag.length <= LONGEST && /^[^\s\p{Cc}]+$/u.test(tag)) continue
      throw new LabError('usage', `'${tag}' is no tag: a word of at most ${LONGEST} characters is`)
    }
    this.#connection.atomically(() => {
      this.#untag.run({ run })
      for (const tag of tags) this.#tag.run({ run, tag })
    })
  }

  /** The tags of all runs that have any, each in alphabetical order. */
  tags(): ReadonlyMap<number, readonly string[]> {
    const found = new Map<number, string[]>()
    for (const { run, tag } of this.#tags.all()) found.set(run, [...(found.get(run) ?? []), tag])
    return found
  }
}
