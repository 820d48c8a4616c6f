/** The door of the search for the classes that should get synthetic images. */
export type { Ranked, Round } from './rounds.ts'
export {
  betterOf,
  type Found,
  findWinner,
  planSearch,
  type RoundResult,
  type Scores,
  type SearchPlan,
  type SearchWork,
} from './search.ts'
export { type Candidate, candidatesOf } from './space.ts'
export { parseSearch, type Search } from './spec.ts'
export { confirmationStudy, type Setting } from './studies.ts'
