/** What the terminal sent, as the key names of the key table. */
import type { Key } from 'ink'

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  // Most terminals send for Backspace what others send for Delete.
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[]

/**
 * The keys of one of Ink's input events, in the order they were pressed: a held key, or fast typing over a slow line, can
 * arrive as one event (`jjj`).
 */
export function keysPressed(input: string, key: Key): string[] {
  if (key.eventType === 'release') return []
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab']
  const named = NAMED.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [named[1]]
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input === ' ' ? 'space' : input.toLowerCase()}`]
  if (key.meta) return input === '' ? [] : [`alt+${input}`]
  return [...input].flatMap(character => nameOf(character))
}

/**
 * Esc and a key that came at once, as over a slow line: terminals send Alt with a key the same way. Null for any other key than with Alt.
 */
export function afterEscape(key: string): string[] | null {
  return key.startsWith('alt+') ? ['escape', ...[...key.slice('alt+'.length)].flatMap(nameOf)] : null
}

/** Whether a key of the table is a character that one types, and which. */
export function typedText(key: string): string | null {
  if (key === 'space') return ' '
  return [...key].length === 1 ? key : null
}

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
}

function nameOf(character: string): string[] {
  if (character === ' ') return ['space']
  const control = CONTROL[character]
  if (control !== undefined) return [control]
  const code = character.charCodeAt(0)
  // Ctrl+A to Ctrl+Z within a longer event.
  if (code > 0 && code <= 26) return [`ctrl+${String.fromCharCode(code + 96)}`]
  return /\p{Cc}/u.test(character) ? [] : [character]
}
