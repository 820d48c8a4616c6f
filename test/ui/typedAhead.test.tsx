/** Keys that come before their screen does. In a file of its own: screens stay loaded for as long as a test's process lives. */
import { expect, it } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import { loadScreens } from '../../src/ui/screens.ts'
import { fixtureLab } from './labFixture.ts'
import { draw } from './terminal.tsx'

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
