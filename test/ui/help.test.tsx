/** The help: every key, searched, and done from there. */
import { expect, it } from 'vitest'
import { Help, type HelpSection } from '../../src/ui/components/Help.tsx'
import { TerminalKeys } from '../../src/ui/hooks/useKeyboard.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 70, rows: 9 }

function Shown({ sections, onClose }: { readonly sections: readonly HelpSection[]; readonly onClose: () => void }) {
  return (
    <>
      <TerminalKeys />
      <Help width={SIZE.columns} height={SIZE.rows} sections={sections} onClose={onClose} />
    </>
  )
}

function opened() {
  const done: string[] = []
  const key = (name: string, possible = true) => {
    return { name, key: name.charAt(0), says: `${name} it`, act: possible ? () => done.push(name) : undefined }
  }
  const many = Array.from({ length: 12 }, (_, i) => key(`number ${i}`))
  const sections = [
    { title: 'Here', keys: [key('pause'), key('resume', false)] },
    { title: 'Everywhere', keys: many },
  ]
  return { drawn: draw(<Shown sections={sections} onClose={() => done.push('closed')} />, SIZE), done }
}

it('does what the cursor is on, once it is closed', async () => {
  const { drawn, done } = opened()
  await drawn.until('▸ p')
  await drawn.press(KEYS.enter)
  expect(done).toEqual(['closed', 'pause'])
})

it('says of a key that can do nothing now that it cannot, and stays', async () => {
  const { drawn, done } = opened()
  await drawn.press(KEYS.down, KEYS.enter)
  await drawn.until('! r: there is nothing here now to resume it')
  expect(done).toEqual([])
  await drawn.press(KEYS.up)
  await drawn.until('/ searches')
})

it('does what was searched for', async () => {
  const { drawn, done } = opened()
  await drawn.press('/', '11', KEYS.enter)
  await drawn.until(/▸ n +number 11 it/)
  await drawn.press(KEYS.enter)
  expect(done).toEqual(['closed', 'number 11'])
})

it('keeps the cursor in sight, and the title above the first key', async () => {
  const { drawn } = opened()
  await drawn.press('G')
  await drawn.until(/▸ n +number 11 it/)
  expect(drawn.lines().join('\n')).not.toContain('more below')
  await drawn.press('g')
  await drawn.until('▸ p')
  expect(drawn.lines()[2]).toBe('  Here')
  for (const line of drawn.lines()) expect(line.length).toBeLessThanOrEqual(SIZE.columns)
})
