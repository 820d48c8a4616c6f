import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'

/** What a note is about: a study by name, or a run by id. */
export type NoteSubject = { readonly study: string } | { readonly run: number }

export interface Note {
  readonly id: number
  readonly text: string
  /** ISO 8601, UTC. */
  readonly created: string
}

const noteRow = z.object({ id: z.int(), text: z.string(), created: z.string() })

/** Remarks of people on studies and runs. */
export class Notes {
  readonly #connection: Connection
  readonly #insertOnStudy
  readonly #insertOnRun
  readonly #ofStudy
  readonly #ofRun
  readonly #delete

  constructor(connection: Connection) {
    const source = { table: 'notes', key: ['id'] }
    this.#connection = connection
    this.#insertOnStudy = connection.command(
      'INSERT INTO notes (study, text, created) SELECT id, :text, :created FROM studies WHERE name = :study',
    )
    this.#insertOnRun = connection.command(
      'INSERT INTO notes (run, text, created) SELECT id, :text, :created FROM runs WHERE id = :run',
    )
    this.#ofStudy = connection.query(
      source,
      noteRow,
      `SELECT id, text, created FROM notes WHERE study = (SELECT id FROM studies WHERE name = :study) ORDER BY id`,
    )
    this.#ofRun = connection.query(source, noteRow, 'SELECT id, text, created FROM notes WHERE run = :run ORDER BY id')
    this.#delete = connection.command('DELETE FROM notes WHERE id = :id')
  }

  /** Adds a note. Throws a LabError `usage` when there is no such study or run, or the text is blank. */
  add(subject: NoteSubject, text: string): Note {
    if (text.trim() === '') throw new LabError('usage', 'a note needs a text')
    const created = this.#connection.timestamp()
    const [insert, name] =
      'study' in subject ? [this.#insertOnStudy, `study named ${subject.study}`] : [this.#insertOnRun, `run ${subject.run}`]
    const { changes, id } = insert.run({ ...subject, text, created })
    if (changes === 0) throw new LabError('usage', `no ${name} to write a note on`)
    return { id, text, created }
  }

  /** The notes on a study or run, oldest first. */
  of(subject: NoteSubject): Note[] {
    return 'study' in subject ? this.#ofStudy.all({ ...subject }) : this.#ofRun.all({ ...subject })
  }

  /** Removes a note. Throws a LabError `usage` when there is none of this id. */
  remove(id: number): void {
    if (this.#delete.run({ id }).changes === 0) throw new LabError('usage', `no note ${id}`)
  }
}
