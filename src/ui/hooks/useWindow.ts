import { useWindowSize } from 'ink'
import { createContext, useContext } from 'react'

export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

/** A size to draw at whatever the terminal's is, for tests. */
export const WindowContext = createContext<WindowSize | null>(null)

/** The terminal's size; draws again when it changes. */
export function useWindow(): WindowSize {
  const terminal = useWindowSize()
  return useContext(WindowContext) ?? terminal
}
