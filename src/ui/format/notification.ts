import { printable } from './printable.ts'

/** How one is told that a study has ended: by a desktop notification of the terminal, or by its bell. */
export const NOTICES = ['off', 'bell', 'osc9', 'osc777'] as const
export type Notice = (typeof NOTICES)[number]

const ESCAPE = '\x1b'
const BELL = '\x07'

/**
 * What a terminal is sent to tell of `text`: OSC 9 (iTerm2's; WezTerm and Ghostty take it too), OSC 777 (urxvt's; foot, WezTerm, Ghostty), or BEL; empty for
 * `off`. In tmux the first two are passed through to the terminal outside, which its option `allow-passthrough` must let them.
 */
export function notificationSequence(text: string, notice: Notice, inTmux: boolean): string {
  if (notice === 'off') return ''
  if (notice === 'bell') return BELL
  const plain = printable(text)
  const sequence = `${ESCAPE}]${notice === 'osc9' ? `9;MRI Lab: ${plain}` : `777;notify;MRI Lab;${plain}`}${BELL}`
  return inTmux ? `${ESCAPE}Ptmux;${sequence.replaceAll(ESCAPE, ESCAPE + ESCAPE)}${ESCAPE}\\` : sequence
}
