/** One run's curves and those of runs side by side, read epoch by epoch. */
import { expect, it } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import { fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 120, rows: 34 }

it('begins at the best epoch, goes on step by step and stops at the ends', async () => {
  const drawn = draw(<App lab={fixtureLab()} first="runs" window={SIZE} />, SIZE)
  await drawn.until('72 runs')
  await drawn.press(KEYS.enter)
  await drawn.until('←→ read')
  const legend = (): string => drawn.lines().find(line => line.includes('⠤⠤⠤')) ?? ''
  await drawn.press(KEYS.right)
  await drawn.until('▴ epoch 5')
  expect(legend()).toMatch(/validation 0\.6910 .* train 0\.\d{4}/)
  await drawn.press(KEYS.left)
  await drawn.until('▴ epoch 4')
  expect(legend()).not.toContain('0.6910')
  await drawn.press(...Array.from({ length: 9 }, () => KEYS.right))
  await drawn.until('epoch 7 ▴')
  expect(legend()).toContain('validation 0.8051')
})

it('has room beside the curves for every column of the classes', async () => {
  for (const columns of [120, 140, 160]) {
    const size = { columns, rows: 34 }
    const drawn = draw(<App lab={fixtureLab()} first="runs" window={size} />, size)
    await drawn.until('72 runs')
    await drawn.press(KEYS.enter)
    await drawn.until('←→ read')
    expect(drawn.lines().filter(line => line.includes('…'))).toEqual([])
  }
})

it('reads runs that stand side by side at one epoch', async () => {
  const drawn = draw(<App lab={fixtureLab()} first="runs" window={SIZE} />, SIZE)
  await drawn.until('72 runs')
  await drawn.press(' ', 'j', ' ', 'c')
  await drawn.until('2 runs side by side')
  await drawn.press(KEYS.right, KEYS.right)
  await drawn.until('▴ epoch 2')
  expect(drawn.lines().find(line => line.includes('⠤⠤⠤A'))).toMatch(/A 0\.\d{4} {3}⠤⠤⠤B 0\.\d{4}/)
})
