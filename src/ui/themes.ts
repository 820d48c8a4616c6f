/**
 * Colours by meaning. They are the terminal's own sixteen, which its user chose for a dark or a light background; meaning never
 * rests on colour alone: a symbol says it first.
 */
/** For Ink's `<Text color={...}>`; undefined where the user wants none. */
export interface Theme {
  /** Where the cursor is. */
  readonly accent: string | undefined
  readonly good: string | undefined
  readonly warning: string | undefined
  readonly failure: string | undefined
  /** Whether data may be tinted (viridis). */
  readonly colours: boolean
  /** Whether pictures have colours; else they are shades of characters. */
  readonly pictures: boolean
}

export const PLAIN: Theme = {
  accent: undefined,
  good: undefined,
  warning: undefined,
  failure: undefined,
  colours: false,
  pictures: false,
}

/** By the name that a user gives. In none do colours alone tell good from failure: those of `safe` are of Okabe and Ito, told apart by the colour-blind too. */
export const THEMES = {
  /** The terminal's own sixteen. */
  terminal: { accent: 'blueBright', good: 'green', warning: 'yellow', failure: 'red', colours: true, pictures: true },
  /** The same on terminals whose bright blue cannot be read. */
  contrast: {
    accent: 'cyanBright',
    good: 'greenBright',
    warning: 'yellowBright',
    failure: 'redBright',
    colours: true,
    pictures: true,
  },
  /** On a dark background. */
  safe: { accent: '#56b4e9', good: '#009e73', warning: '#e69f00', failure: '#d55e00', colours: true, pictures: true },
  /** On a light background. */
  light: { accent: '#0072b2', good: '#00664b', warning: '#8a5a00', failure: '#a13e00', colours: true, pictures: true },
} as const satisfies Record<string, Theme>
export type ThemeName = keyof typeof THEMES

export const THEME_NAMES = Object.keys(THEMES) as readonly ThemeName[]
