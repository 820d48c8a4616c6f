/**
 * Colours by meaning. They are the terminal's own sixteen, which its user chose for a dark or a light background; meaning never
 * rests on colour alone: a symbol says it first.
 */
import { createContext, useContext } from 'react'

/** For Ink's `<Text color={...}>`; undefined where the user wants none. */
export interface Theme {
  /** Where the cursor is. */
  readonly accent: string | undefined
  readonly good: string | undefined
  readonly warning: string | undefined
  readonly failure: string | undefined
  /** Whether data may be tinted (viridis). */
  readonly colours: boolean
}

export const SYMBOLS = {
  good: '✓',
  warning: '!',
  failure: '✕',
  /** Not known (yet). */
  unknown: '·',
  cursor: '▸',
  mark: '■',
  /** Stays at the top of lists. */
  pin: '*',
  paused: '‖',
  /** What a row of something in work moves through, a step a drawing. */
  spinner: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏',
} as const

export const COLOURED: Theme = { accent: 'blueBright', good: 'green', warning: 'yellow', failure: 'red', colours: true }
export const PLAIN: Theme = { accent: undefined, good: undefined, warning: undefined, failure: undefined, colours: false }

export const ThemeContext = createContext(COLOURED)

export function useTheme(): Theme {
  return useContext(ThemeContext)
}
