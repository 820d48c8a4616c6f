/**
 * Makes coloured text cheap: terminal-image colours each character by itself, and Ink reads every colour code of every frame.
 * Here neighbours of one colour share a code, and a character that shows its background alone is a space.
 */

const ESCAPE = '\u001b'
const TOKEN = new RegExp(`${ESCAPE}\\[([\\d;]*)m|(.)`, 'gu')
const HALF = '▄'
const RESET = `${ESCAPE}[39m${ESCAPE}[49m`

/** A line of blocks with their colours, written with as few codes as it takes; it ends with the terminal's own colours. */
export function mergeRuns(line: string): string {
  let foreground = ''
  let background = ''
  let wantedForeground = ''
  let wantedBackground = ''
  let text = ''
  for (const [, code, character] of line.matchAll(TOKEN)) {
    if (code !== undefined) {
      if (isBackground(code)) wantedBackground = code
      else if (isForeground(code)) wantedForeground = code
      continue
    }
    const plain = character === ' ' || (character === HALF && sameColour(wantedForeground, wantedBackground))
    if (wantedBackground !== background) text += `${ESCAPE}[${wantedBackground}m`
    background = wantedBackground
    if (!plain && wantedForeground !== foreground) {
      text += `${ESCAPE}[${wantedForeground}m`
      foreground = wantedForeground
    }
    text += plain ? ' ' : character
  }
  return foreground === '' && background === '' ? text : text + RESET
}

/** 40 to 48 and 100 to 107 colour the background; 49 gives it back. */
function isBackground(code: string): boolean {
  return /^(4[0-8]|10[0-7])(;|$)/.test(code)
}

function isForeground(code: string): boolean {
  return /^(3[0-8]|9[0-7])(;|$)/.test(code)
}

/** A code of the foreground and one of the background name one colour: the second is ten more. */
function sameColour(foreground: string, background: string): boolean {
  if (foreground === '' || background === '') return false
  const [first = '', ...rest] = foreground.split(';')
  return [String(Number(first) + 10), ...rest].join(';') === background
}
