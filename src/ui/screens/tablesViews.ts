/** The views of the tables' screen. */
import type { StudyResults } from '../queries/studyResults.ts'

/** What each view is given. */
export interface TableViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly results: StudyResults
  readonly model: string
}
