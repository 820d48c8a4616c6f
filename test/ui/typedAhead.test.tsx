/** Keys that come before their screen does. In a file of its own: screens stay loaded for as long as a test's process lives. */
import { Text } from 'ink'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import { TextInput } from '../../src/ui/components/TextInput.tsx'
import { TerminalKeys } from '../../src/ui/hooks/useKeyboard.ts'
import { useKeys } from '../../src/ui/hooks/useKeys.ts'
import { loadScreens } from '../../src/ui/screens.ts'
import { fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 100, rows: 30 }

it('wait for a screen that is loaded first', async () => {
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} />, SIZE)
  await drawn.press('5/flip 80/0')
  await drawn.until(/8 of 72 runs[\s\S]*\/ flip 80\/0/)
})

it('find a loaded screen with the very next key, and no empty frame before it', async () => {
  await loadScreens()
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} />, SIZE)
  const before = drawn.frames.length
  await drawn.press('4t')
  await drawn.press('5/flip 80/0')
  await drawn.until(/8 of 72 runs[\s\S]*\/ flip 80\/0/)
  // Header and footer alone would be a screen on its way.
  for (const frame of drawn.frames.slice(before))
    expect(frame.split('\n').filter(line => line.trim() !== '').length).toBeGreaterThan(8)
})

/** A line of text over a list that counts how often its `back` was asked for. */
function Typing({ onSubmit }: { readonly onSubmit?: () => void }) {
  const [typing, setTyping] = useState(false)
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(0)
  useKeys('runs', { filter: () => setTyping(true), back: () => setAsked(count => count + 1) }, { active: !typing })
  const submit = (): void => {
    setTyping(false)
    onSubmit?.()
  }
  return (
    <>
      <TerminalKeys />
      <Text>{`${typed} asked ${asked} times`}</Text>
      {typing && (
        <TextInput
          width={40}
          label="/"
          value=""
          onChange={text => setTyped(before => before + text)}
          onSubmit={submit}
          onCancel={() => setTyped('cancelled')}
        />
      )}
    </>
  )
}

it('wait for what the key before asked for, though they come while it is drawn', async () => {
  // Esc and a letter at once are a slip within a line of text, and two keys after it.
  const drawn = draw(<Typing onSubmit={() => queueMicrotask(() => drawn.send(`${KEYS.escape}q`))} />, SIZE)
  drawn.send('/a', KEYS.enter)
  await drawn.until('a asked 1 times')
})

it('stay in order with what is pasted', async () => {
  const drawn = draw(<Typing />, SIZE)
  drawn.send('/', '\x1b[200~pasted\x1b[201~', 'b', KEYS.enter, KEYS.escape)
  await drawn.until('pastedb asked 1 times')
})
