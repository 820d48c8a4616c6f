import { describe, expect, it } from 'vitest'
import { createProgress, pace, progressBar, progressLine } from '../../src/cli/progress.ts'
import { alignedTable } from '../../src/cli/table.ts'
import { formatDuration, formatNumber } from '../../src/ui/index.ts'

const state = { label: 'training', unit: 'runs', done: 37, total: 80, seconds: 3720, from: 0, note: '' }

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 m'],
    [725, '12 m 5 s'],
    [4320, '1 h 12 m'],
    [3600, '1 h'],
    [97_200, '1 d 3 h'],
    [Number.NaN, '·'],
    [Number.POSITIVE_INFINITY, '·'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})

describe('a number', () => {
  it.each([
    [0.113512, '0.1135'],
    [1234.5678, '1235'],
    [12345.678, '12346'],
    [0.00001234, '1.234e-5'],
    [20, '20'],
    [-0.0207, '-0.02070'],
    [null, '·'],
    [Number.NaN, '·'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('progress', () => {
  it('knows rate and time left, not counting what was done before it began', () => {
    expect(pace({ ...state, done: 30, from: 10, seconds: 10 })).toEqual({ rate: 2, left: 25 })
    expect(pace({ ...state, done: 10, from: 10, seconds: 10 })).toEqual({ rate: Number.NaN, left: Number.NaN })
  })

  it('is a bar that fits the window', () => {
    expect(progressBar(state, 80)).toBe(`training ${'█'.repeat(14)}${'░'.repeat(16)} 37/80 runs  0.00995/s  1 h 12 m left`)
    for (const columns of [1, 10, 30, 45, 60, 200])
      expect(progressBar(state, columns).length).toBeLessThan(Math.max(columns, 1))
    expect(progressBar({ ...state, note: 'a\x1b[2Jb' }, 100)).not.toContain('\x1b')
    expect(progressBar({ ...state, total: null }, 80)).toBe('training  37 runs  0.00995/s')
  })

  it('is a sentence in a log', () => {
    expect(progressLine(state)).toBe('training: 37 of 80 runs (46 %), 0.00995/s, 1 h 12 m left')
    expect(progressLine({ ...state, done: 80 })).toBe('training: 80 of 80 runs (100 %), 0.0215/s, took 1 h 2 m')
    expect(progressLine({ ...state, done: 80, seconds: 0.0001 })).toBe('training: 80 of 80 runs (100 %), took 0 s') // told when done
  })

  it('writes a line every ten seconds and at the end where there is no terminal, nothing when quiet', () => {
    const play = (terminal: boolean, quiet: boolean): string[] => {
      let time = 0
      const written: string[] = []
      const progress = createProgress(
        { label: 'reading', unit: 'images', total: 25 },
        { terminal, quiet, columns: () => 80, clock: () => time, write: text => written.push(text) },
      )
      for (let done = 1; done <= 25; done++) {
        time += 1000
        progress.update(done)
      }
      progress.end()
      progress.end()
      progress.update(26)
      return written
    }
    expect(play(false, false)).toEqual([
      'reading: 10 of 25 images (40 %), 1/s, 15 s left\n',
      'reading: 20 of 25 images (80 %), 1/s, 5 s left\n',
      'reading: 25 of 25 images (100 %), 1/s, took 25 s\n',
    ])
    expect(play(false, true)).toEqual([])
    const drawn = play(true, false)
    expect(drawn).toHaveLength(26)
    expect(drawn.every(text => text.startsWith('\r\x1b[K'))).toBe(true)
    expect(drawn.at(-1)).toBe('\r\x1b[K')
  })
})

describe('a table', () => {
  it('aligns its columns, shows what is missing and no control characters', () => {
    const table = alignedTable(
      [{ title: 'name' }, { title: 'n', align: 'right' }],
      [
        ['a\x1b', '5'],
        ['bb', ''],
        ['größer', '120'],
      ],
    )
    expect(table).toBe('name      n\na\\x1b     5\nbb        ·\ngrößer  120')
  })
})
