/** Which part of the Live screen has the keys, and in a narrow window which stands under the grid. */
import { useKept } from '../hooks/useKept.ts'
import type { KeyHandlers } from '../keyboard.ts'

export type LivePane = 'grid' | 'chart' | 'log'

interface PaneChoice {
  readonly pane: LivePane
  /** Under the grid where only one has room. */
  readonly lower: Exclude<LivePane, 'grid'>
  /** To a part, which is then seen. */
  readonly to: (pane: LivePane) => void
  /** To the next and the one before; back to the grid from another. */
  readonly handlers: KeyHandlers
  /** The other one under the grid. */
  readonly toggleLower: () => void
}

/**
 * @param wide whether all three are seen
 * @param onChange called before another part has the keys
 */
export function useLivePane(wide: boolean, onChange: () => void): PaneChoice {
  const [pane, setPane] = useKept<LivePane>('live.pane', 'grid')
  const [below, setBelow] = useKept<PaneChoice['lower']>('live.below', 'chart')
  const lower = pane === 'grid' ? below : pane
  const to = (next: LivePane): void => {
    if (next !== pane) onChange()
    setPane(next)
    if (next !== 'grid') setBelow(next)
  }
  const panes: readonly LivePane[] = wide ? ['grid', 'chart', 'log'] : ['grid', lower]
  const step = (by: number) => () => to(panes[(panes.indexOf(pane) + by + panes.length) % panes.length]!)
  const other = lower === 'log' ? 'chart' : 'log'
  return {
    pane,
    lower,
    to,
    handlers: { nextPane: step(1), previousPane: step(-1), back: pane === 'grid' ? undefined : () => to('grid') },
    toggleLower: () => (pane === 'grid' ? setBelow(other) : to(other)),
  }
}
