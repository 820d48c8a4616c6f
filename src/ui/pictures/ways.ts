/** The ways a picture can be drawn on a terminal, and which of them this terminal gets. Pure. */
import type { TerminalAnswers } from './question.ts'

/** Given in `mri-lab.config.json`; `auto` is the best that the terminal is known to draw. */
export const PICTURE_CHOICES = ['auto', 'kitty', 'iterm2', 'sixel', 'blocks', 'quadrants', 'sextants', 'shades'] as const
export type PictureChoice = (typeof PICTURE_CHOICES)[number]
/**
 * `kitty`, `iterm2`, `sixel`: real pixels. `blocks`: 1 by 2 colours a character; `quadrants`, `sextants`: 2 by 2 and 2 by 3 pixels of two colours
 * a character; `shades`: grey by characters.
 */
export type PictureWay = Exclude<PictureChoice, 'auto'>

/** What tmux knows of the terminal around it. */
export interface TmuxAnswers {
  /** What that terminal calls itself, as by XTVERSION. */
  readonly terminal: string
  /** Whether `allow-passthrough` is on. */
  readonly passthrough: boolean
}

interface Terminal {
  readonly choice: PictureChoice
  /** Colours of text: 1, 16, 256 or 2 ** 24. */
  readonly colours: number
  /** What the terminal said of itself; null: nothing (yet). */
  readonly answers: TerminalAnswers | null
  /** Inside tmux alone. */
  readonly tmux: TmuxAnswers | null
  /** Whether the size of a character in pixels is known. */
  readonly cell: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

const TRUE_COLOUR = 2 ** 24
/** Fewer show hardly any grey. */
const FINE_COLOURS = 256
/** DA1's attribute for Sixel graphics. */
const SIXEL = 4
/** The first Kitty with Unicode placeholders. */
const PLACEHOLDERS_SINCE = [0, 28] as const
/** Terminals that draw OSC 1337 pictures and let text erase them. */
const ITERM2_NAMES = /^(iTerm2|WezTerm|rio)\b/i
/** They say that they draw Sixel: the first two leave it standing where text is written over it (ratatui-image's list), tmux loses it. */
const UNSURE_SIXEL = /^(Konsole|contour|tmux)\b/i

/**
 * Without colours shades, whatever the terminal could: that is what `NO_COLOR` asks for. A choice by the user is else followed as far as it makes
 * sense: quadrants and sextants need true colour. Inside tmux Kitty alone is drawn, through `allow-passthrough`: iTerm2's pictures would be
 * placed by the wrong cursor, and Sixel is lost by tmux at every resize (tmux issues 4213, 3732). Sixel needs the size of a character: a picture
 * that is too large covers text.
 */
export function pictureWay({ choice, colours, answers, tmux, cell, env }: Terminal): PictureWay {
  if (colours <= 1) return 'shades'
  const text = colours >= FINE_COLOURS ? 'blocks' : 'shades'
  if (choice === 'quadrants' || choice === 'sextants') return colours >= TRUE_COLOUR ? choice : text
  if (choice !== 'auto') return choice
  if (tmux !== null) return tmux.passthrough && hasPlaceholders(tmux.terminal) ? 'kitty' : text
  const name = answers?.name ?? ''
  if (hasPlaceholders(name)) return 'kitty'
  if (ITERM2_NAMES.test(name) || (name === '' && isITerm2(env))) return 'iterm2'
  if (answers?.attributes.includes(SIXEL) === true && cell && !UNSURE_SIXEL.test(name)) return 'sixel'
  return text
}

/**
 * By the terminal's name: Kitty's own question (`a=q`) says only that there are graphics, which WezTerm and Konsole say too, without placeholders.
 */
function hasPlaceholders(name: string): boolean {
  if (/^ghostty\b/i.test(name)) return true
  const version = /^kitty\((\d+)\.(\d+)/i.exec(name)
  if (version === null) return false
  const [major, minor] = [Number(version[1]), Number(version[2])]
  return major > PLACEHOLDERS_SINCE[0] || minor >= PLACEHOLDERS_SINCE[1]
}

/** One that does not answer to its name. ssh passes on `LC_TERMINAL`. */
function isITerm2({ TERM_PROGRAM, LC_TERMINAL }: Terminal['env']): boolean {
  return TERM_PROGRAM === 'iTerm.app' || LC_TERMINAL === 'iTerm2'
}
