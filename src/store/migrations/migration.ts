/** One step of the schema; a released step is never edited, a change is a new step. */
export interface Migration {
  /** The database's `user_version` after this step, counted from 1. */
  readonly version: number
  readonly sql: string
}
