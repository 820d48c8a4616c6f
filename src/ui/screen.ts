/** What a screen is given, and the names to go to. */
export type ScreenName =
  | 'lab'
  | 'compose'
  | 'live'
  | 'tables'
  | 'runs'
  | 'runDetail'
  | 'gradcam'
  | 'data'
  | 'bank'
  | 'doctor'

/** What a screen shall look at; each takes what it knows. */
export interface Target {
  readonly study?: string
  readonly run?: number
  readonly dataset?: string
}

/**
 * A screen is a function component that draws exactly within `width` x `height` (fewer lines are fine; each line at most
 * `width` columns). It is mounted while it is shown only: what must stay goes into `useKept`.
 *
 * To add one: a file in `screens/`, its context and keys in `keymap.ts`, its line in `screens.ts`.
 *
 * - data: `useQuery(someQuery, nothing, ...inputs)` with the query in `queries/`; what runs: `useStatus()`; requests:
 *   `useLab().control`, then `followerOf(lab).refresh()`.
 * - keys: `useKeys('<context>', { open: ..., ...cursor.handlers }, { active })`. Nothing else reads keys.
 * - text: one padded `<Text wrap="truncate">` a row, laid out with `padded` of `format/padded.ts`, which also makes names from files
 *   safe. Names that do not go through `padded` go through `printable`.
 */
export interface ScreenProps {
  readonly width: number
  readonly height: number
  /** False while something lies over the screen: it listens to no keys then. */
  readonly active: boolean
  readonly target: Target
  go(screen: ScreenName, target?: Target): void
}
