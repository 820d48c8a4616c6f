/** Keys pressed at random: never a fault, and never a line too many. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { randomStream } from '../../src/core/shared/random.ts'
import { App } from '../../src/ui/app.tsx'
import { columnsOf } from '../../src/ui/format/columns.ts'
import { ACTIONS, actionNames } from '../../src/ui/keymap.ts'
import { fillBank, fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

/** Those that write files or leave are left out; what runs and costs is only noted by the fixture. */
const LEFT_OUT = new Set(['q', 'ctrl+c', 'ctrl+z', 'y', 'e', 'ctrl+s'])
const SENT: Readonly<Record<string, string>> = {
  ...KEYS,
  space: ' ',
  pageup: KEYS.pageUp,
  pagedown: KEYS.pageDown,
  home: '\x1b[H',
  end: '\x1b[F',
  'shift+tab': '\x1b[Z',
}

function sequenceOf(key: string): string {
  if (SENT[key] !== undefined) return SENT[key]
  return key.startsWith('ctrl+') ? String.fromCharCode(key.charCodeAt(5) - 96) : key
}

it.each([1, 3])(
  'bring no screen down (seed %i)',
  async seed => {
    const spy = vi.spyOn(process, 'cwd').mockReturnValue('/nowhere')
    onTestFinished(() => spy.mockRestore())
    const lab = fixtureLab({ done: 40 })
    fillBank(lab.store, 8)
    const size = { columns: 60 + seed * 20, rows: 18 + seed * 6 }
    const drawn = draw(<App lab={lab} window={size} />, size)
    const keys = [...new Set(actionNames().flatMap(action => ACTIONS[action].keys))].filter(key => !LEFT_OUT.has(key))
    const random = randomStream(seed, 'keys')
    const pressed: string[] = []
    for (let i = 0; i < 100; i++) {
      const key = keys[Math.floor(random.uniform() * keys.length)]!
      pressed.push(key)
      await drawn.press(sequenceOf(key))
      const lines = drawn.lines()
      expect(lines.length, pressed.join(' ')).toBeLessThanOrEqual(size.rows)
      for (const line of lines) expect(columnsOf(line), `${pressed.join(' ')}\n${line}`).toBeLessThanOrEqual(size.columns)
      expect(lines.join('\n'), pressed.join(' ')).not.toContain('The other screens go on')
    }
  },
  60_000,
)
