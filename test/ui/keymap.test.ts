import type { Key } from 'ink'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  ACTIONS,
  actionNames,
  actionOf,
  actionsIn,
  conflicts,
  contextNames,
  keyWords,
  takeOwnKeys,
} from '../../src/ui/keymap.ts'
import { keysPressed } from '../../src/ui/keyPress.ts'
import { commandsOf, footerKeys, helpSections } from '../../src/ui/keyWords.ts'

const NO_KEY = Object.fromEntries(
  'upArrow downArrow leftArrow rightArrow pageDown pageUp home end return escape ctrl shift tab backspace delete meta super hyper capsLock numLock'
    .split(' ')
    .map(name => [name, false]),
) as unknown as Key

describe('the key table', () => {
  it('gives no key two meanings in a context', () => {
    expect(conflicts()).toEqual([])
  })

  it('would tell of a key with two meanings, also where a context includes another', () => {
    const planted = { ...ACTIONS, planted: { keys: ['q'], contexts: ['runs'] as const, says: 'a planted conflict' } }
    expect(conflicts(planted)).toEqual(['q in Runs means both leave and planted'])
  })

  it('takes own keys, and says what is wrong with them', () => {
    onTestFinished(() => void takeOwnKeys({}))
    expect(takeOwnKeys({})).toEqual([])
    expect(takeOwnKeys({ metric: ['M', 'f5x'], pause: [], none: ['x'], sortNext: ['ctrl+n'] })).toEqual([
      "keys: there is no action 'none'",
      expect.stringMatching(/^keys: there is no key 'f5x'; there are signs, ctrl\+x/),
    ])
    expect(actionOf('M', 'tables')).toBe('metric')
    expect(actionOf('m', 'tables')).toBeNull()
    expect(actionOf('p', 'lab')).toBeNull()
    expect(keyWords('sortNext')).toBe('Ctrl+N')
    expect(takeOwnKeys({ filter: ['j'] })).toEqual(['keys: j means both filter and down; the first has it'])
    expect(actionOf('j', 'runs')).toBe('filter')
    takeOwnKeys({})
    expect(actionOf('m', 'tables')).toBe('metric')
  })

  it('holds the actions that the grammar of the screens asks for, each with its key', () => {
    const expected = {
      goLab: '1',
      goCompose: '2',
      goLive: '3',
      goTables: '4',
      goRuns: '5',
      goGradcam: '6',
      goData: '7',
      goBank: '8',
      goDoctor: '9',
      help: '?',
      palette: ': Ctrl+P',
      filter: '/',
      back: 'Esc',
      up: '↑ k',
      down: '↓ j',
      left: '← h',
      right: '→ l',
      first: 'g Home',
      last: 'G End',
      nextPane: 'Tab',
      mark: 'Space',
      open: 'Enter',
      start: 's',
      save: 'Ctrl+S',
      pause: 'p',
      resume: 'r',
      stop: 'x',
      metric: 'm',
      exportIt: 'e',
      copy: 'y',
      more: '+ =',
      less: '-',
    } as const
    for (const [action, keys] of Object.entries(expected)) {
      expect(keyWords(action as keyof typeof expected, 'all'), action).toBe(keys)
    }
  })

  it('finds in a context the actions of those it includes', () => {
    expect(actionOf('j', 'runs')).toBe('down')
    expect(actionOf('q', 'runs')).toBe('leave')
    expect(actionOf('j', 'confirm')).toBeNull()
    expect(actionsIn('confirm')).toEqual(['yes', 'no'])
  })

  it('has words for every action, and help lists all of them whatever the screen', () => {
    for (const context of contextNames()) {
      const listed = new Set(helpSections(context).flatMap(({ keys }) => keys.map(({ name }) => name)))
      expect([...actionNames()].filter(action => !listed.has(action))).toEqual([])
    }
    for (const action of actionNames()) expect(ACTIONS[action].says.length).toBeGreaterThan(3)
  })

  it('lets the help do what the screen could do now, and nothing of other screens', () => {
    const live = (['retry', 'help'] as const).map(action => ({ action, act: () => {} }))
    const possible = helpSections('runs', live).flatMap(({ title, keys }) =>
      keys.flatMap(({ name, act }) => (act === undefined ? [] : [`${title}: ${name}`])),
    )
    expect(possible).toEqual(['Runs: retry', 'Everywhere: help'])
  })

  it('draws footer and palette from what can be done now', () => {
    const live = (['up', 'down', 'stop', 'help', 'leave'] as const).map(action => ({ action, act: () => {} }))
    expect(footerKeys(live)).toEqual({
      keys: [
        { key: '↑↓', word: 'choose' },
        { key: 'x', word: 'stop' },
      ],
      always: [
        { key: '?', word: 'help' },
        { key: 'q', word: 'leave' },
      ],
    })
    expect(commandsOf(live).map(({ name }) => name)).toEqual(['stop', 'help', 'leave'])
  })
})

describe('what the terminal sends', () => {
  const pressed = (input: string, flags: Partial<Key> = {}) => keysPressed(input, { ...NO_KEY, ...flags })

  it('counts a held key as often as it came', () => {
    expect(pressed('jjj')).toEqual(['j', 'j', 'j'])
  })

  it('takes apart what was typed quickly, with Enter and space in it', () => {
    expect(pressed('/a b\r')).toEqual(['/', 'a', 'space', 'b', 'enter'])
  })

  it('knows Backspace, which arrives as delete', () => {
    expect(pressed('', { delete: true })).toEqual(['backspace'])
    expect(pressed('', { backspace: true })).toEqual(['backspace'])
  })

  it('names arrows, Tab and keys with Ctrl', () => {
    expect(pressed('', { upArrow: true })).toEqual(['up'])
    expect(pressed('\t', { tab: true, shift: true })).toEqual(['shift+tab'])
    expect(pressed('p', { ctrl: true })).toEqual(['ctrl+p'])
    expect(pressed('\x03')).toEqual(['ctrl+c'])
  })

  it('tells keys with Alt from those without, and letting go from pressing', () => {
    expect(pressed('j', { meta: true })).toEqual(['alt+j'])
    expect(pressed('j', { eventType: 'release' })).toEqual([])
  })
})
