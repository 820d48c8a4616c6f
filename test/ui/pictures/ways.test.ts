/** Which way of drawing a terminal gets. */
import { expect, it } from 'vitest'
import { NO_ANSWERS } from '../../../src/ui/pictures/question.ts'
import { type PictureChoice, pictureWay } from '../../../src/ui/pictures/ways.ts'

type Asked = Parameters<typeof pictureWay>[0]
const way = (given: Partial<Asked>) =>
  pictureWay({ choice: 'auto', colours: 2 ** 24, answers: null, tmux: null, cell: true, env: {}, ...given })
const named = (name: string, attributes: number[] = [62]) => ({ answers: { ...NO_ANSWERS, name, attributes } })

it.each([
  ['nothing known', {}, 'blocks'],
  ['nothing known, 16 colours', { colours: 16 }, 'shades'],
  ['Kitty', named('kitty(0.41.1)'), 'kitty'],
  ['Kitty before placeholders', named('kitty(0.26.5)'), 'blocks'],
  ['Ghostty', named('ghostty 1.2.0'), 'kitty'],
  ['WezTerm', named('WezTerm 20240203-110809-5046fc22', [65, 4, 6, 18, 22]), 'iterm2'],
  ['iTerm2', named('iTerm2 3.5.0', [62, 4]), 'iterm2'],
  ['iTerm2 over ssh, without an answer', { env: { LC_TERMINAL: 'iTerm2' } }, 'iterm2'],
  ['xterm with Sixel', named('XTerm(398)', [63, 1, 2, 4, 6]), 'sixel'],
  ['xterm with Sixel, 16 colours of text', { ...named('XTerm(398)', [63, 1, 2, 4, 6]), colours: 16 }, 'sixel'],
  ['Sixel, but no size of a cell', { ...named('XTerm(398)', [63, 1, 2, 4, 6]), cell: false }, 'blocks'],
  ['xterm without', named('XTerm(398)', [64, 1, 2, 6]), 'blocks'],
  ['Konsole, which leaves Sixel standing', named('Konsole 24.12.3', [62, 1, 4]), 'blocks'],
  ['tmux in Kitty, allowed through', { tmux: { terminal: 'kitty(0.41.1)', passthrough: true } }, 'kitty'],
  ['tmux in Kitty, not allowed through', { tmux: { terminal: 'kitty(0.41.1)', passthrough: false } }, 'blocks'],
  ['tmux around ssh, with Sixel', named('tmux 3.5a', [1, 2, 4]), 'blocks'],
  ['tmux with Sixel', { ...named('tmux 3.5a', [1, 2, 4]), tmux: { terminal: 'foot(1.21.0)', passthrough: true } }, 'blocks'],
] as const)('%s: %s', (_, given, expected) => {
  expect(way(given as Partial<Asked>)).toBe(expected)
})

it('follows a choice where it makes sense, and no colours always', () => {
  for (const choice of ['kitty', 'iterm2', 'sixel', 'blocks', 'shades'] as const) expect(way({ choice })).toBe(choice)
  expect(way({ choice: 'quadrants' })).toBe('quadrants')
  expect(way({ choice: 'sextants', colours: 256 })).toBe('blocks')
  expect(way({ choice: 'quadrants', colours: 16 })).toBe('shades')
  const choices: PictureChoice[] = ['auto', 'kitty', 'iterm2', 'sixel', 'blocks', 'quadrants', 'sextants', 'shades']
  for (const choice of choices) expect(way({ choice, colours: 1, ...named('kitty(0.41.1)') })).toBe('shades')
})
