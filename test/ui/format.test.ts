import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/ui/format/columns.ts'
import { formatDuration } from '../../src/ui/format/duration.ts'
import { formatMeasured } from '../../src/ui/format/measured.ts'
import { notificationSequence } from '../../src/ui/format/notification.ts'
import { formatNumber } from '../../src/ui/format/number.ts'
import { endOf, padded, truncated } from '../../src/ui/format/padded.ts'
import { fitting } from '../../src/ui/format/phrases.ts'
import { printable } from '../../src/ui/format/printable.ts'
import { wrapped } from '../../src/ui/format/wrapped.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())

describe('text in columns', () => {
  it('takes exactly the columns asked for, whatever is in it', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('left' as const, 'right' as const),
        (text, width, align) => {
          expect(columnsOf(padded(text, width, align))).toBe(width)
        },
      ),
    )
  })

  it('counts wide signs as two and marks as none', () => {
    expect(columnsOf('MRI')).toBe(3)
    expect(columnsOf('脳MRI')).toBe(5)
    expect(columnsOf('e\u0301')).toBe(1)
    expect(columnsOf('🧠')).toBe(2)
    expect(columnsOf('─▸✓✕·⠋')).toBe(6)
  })

  it('shows the cut', () => {
    expect(truncated('autoaugment', 6)).toBe('autoa…')
    expect(truncated('脳脳脳', 4)).toBe('脳…')
    expect(padded('7', 4, 'right')).toBe('   7')
  })

  it('keeps the end of a path', () => {
    expect(endOf('/a/long/way/to/table.tex', 24)).toBe('/a/long/way/to/table.tex')
    expect(endOf('/a/long/way/to/table.tex', 12)).toBe('…o/table.tex')
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 40 }), (text, width) => {
        expect(columnsOf(endOf(text, width))).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('breaks lines between words and loses none of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 }),
        fc.integer({ min: 1, max: 30 }),
        (words, width) => {
          const lines = wrapped(words.join(' '), width)
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width)
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''))
        },
      ),
    )
  })
})

describe('phrases on a line', () => {
  const phrases = [
    { text: '12 runs', need: 0 },
    { text: '3 there already', need: 2, after: ', ' },
    { text: 'up to 16 images', need: 3 },
    { text: 'about 3 m', need: 1 },
  ]
  it('are left out whole, the least needed first, and the most needed stays', () => {
    expect(fitting(phrases, 54)).toBe('12 runs, 3 there already · up to 16 images · about 3 m')
    expect(fitting(phrases, 53)).toBe('12 runs, 3 there already · about 3 m')
    expect(fitting(phrases, 30)).toBe('12 runs · about 3 m')
    expect(fitting(phrases, 3)).toBe('12 runs')
    expect(fitting([{ text: '', need: 0 }, ...phrases], 18)).toBe('12 runs')
  })
})

describe('text from files', () => {
  it('keeps no control character and no mark that turns the direction of writing', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    expect(printable('a\x1b[2Jb\u202ec')).toBe('a\\x1b[2Jb\\u202ec')
  })
})

describe('numbers', () => {
  it('have four significant digits, and signs for what is not known or diverged', () => {
    expect(formatNumber(0.631249)).toBe('0.6312')
    expect(formatNumber(118.44)).toBe('118.4')
    expect(formatNumber(null)).toBe('·')
    expect(formatMeasured(null)).toBe('·')
    expect(formatMeasured(Number.NaN)).toBe('✕')
    expect(formatMeasured(Infinity)).toBe('✕')
  })

  it('write spans of time in two units', () => {
    expect([5, 125, 4320, 180_000].map(formatDuration)).toEqual(['5 s', '2 m 5 s', '1 h 12 m', '2 d 2 h'])
  })
})

describe('a notification', () => {
  it('is what the terminal takes for one, whatever is in its text', () => {
    expect(notificationSequence('quick is done', 'off', false)).toBe('')
    expect(notificationSequence('quick is done', 'bell', true)).toBe('\x07')
    expect(notificationSequence('quick is done', 'osc9', false)).toBe('\x1b]9;MRI Lab: quick is done\x07')
    expect(notificationSequence('a\x07\x1b[2J', 'osc777', false)).toBe('\x1b]777;notify;MRI Lab;a\\x07\\x1b[2J\x07')
  })
  it('is passed through tmux, its escapes doubled', () => {
    expect(notificationSequence('b', 'osc9', true)).toBe('\x1bPtmux;\x1b\x1b]9;MRI Lab: b\x07\x1b\\')
  })
})
