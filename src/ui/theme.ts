/** Symbols and colours as components use them. */
import { createContext, useContext } from 'react'
import { THEMES, type Theme } from './themes.ts'

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

export const ThemeContext = createContext<Theme>(THEMES.terminal)

export function useTheme(): Theme {
  return useContext(ThemeContext)
}
