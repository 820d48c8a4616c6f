/** The palette: commands found by their words. */
import { expect, it } from 'vitest'
import { type Command, Palette } from '../../src/ui/components/Palette.tsx'
import { TerminalKeys } from '../../src/ui/hooks/useKeyboard.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 50, rows: 8 }

function Shown({ commands, onClose }: { readonly commands: readonly Command[]; readonly onClose: () => void }) {
  return (
    <>
      <TerminalKeys />
      <Palette width={SIZE.columns} height={SIZE.rows} commands={commands} onClose={onClose} />
    </>
  )
}

function opened(names: readonly string[]) {
  const done: string[] = []
  const commands = names.map(name => ({ name, key: name.charAt(0), says: `do ${name}`, act: () => done.push(name) }))
  const drawn = draw(<Shown commands={commands} onClose={() => done.push('closed')} />, SIZE)
  return { drawn, done }
}

it('finds by every word, in any order, and acts once it is closed', async () => {
  const { drawn, done } = opened(['tables of two', 'runs of one', 'tables of one'])
  await drawn.press('one tables')
  await drawn.until('▸ do tables of one')
  expect(drawn.lines().filter(line => line.includes(' do '))).toHaveLength(1)
  await drawn.press('\x15', 'of onx', KEYS.backspace, 'e', KEYS.down)
  await drawn.until('▸ do tables of one')
  await drawn.press(KEYS.enter)
  expect(done).toEqual(['closed', 'tables of one'])
})

it('shows first what has the words at the beginning of its own', async () => {
  const { drawn } = opened(['reruns of a', 'prune', 'runs of b', 'stop'])
  const shown = (): string[] =>
    drawn.lines().flatMap(line => (line.includes(' do ') ? [line.trim().split(/ {2}/)[0] ?? ''] : []))
  await drawn.press('run')
  await drawn.until('▸ do runs of b')
  expect(shown()).toEqual(['▸ do runs of b', 'do reruns of a', 'do prune'])
})

it('says where nothing is called that, and Enter then does nothing but close', async () => {
  const { drawn, done } = opened(['runs of a'])
  await drawn.press('xyz')
  await drawn.until('Nothing is called that.')
  await drawn.press(KEYS.enter)
  expect(done).toEqual(['closed'])
})

it('keeps the cursor in sight in a list longer than its room', async () => {
  const { drawn } = opened(Array.from({ length: 30 }, (_, i) => `thing ${i}`))
  await drawn.press(...Array.from({ length: 20 }, () => KEYS.down))
  await drawn.until('▸ do thing 20')
  expect(drawn.lines()).toHaveLength(SIZE.rows)
})
