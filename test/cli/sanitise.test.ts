import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError } from '../../src/cli/errors.ts'
import { printable, printableJson, printableLines } from '../../src/ui/index.ts'

describe('text from files', () => {
  it.each([
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\r\tc', 'a\\x0ab\\x0d\\x09c'],
    ['\x7f\x9b2J', '\\x7f\\x9b2J'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['\u2028', '\\u2028'],
    ['Größe 影像 👩🏽‍⚕️', 'Größe 影像 👩🏽‍⚕️'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('keeps its lines where lines are wanted', () => {
    expect(printableLines('a\n\x1b]0;x\x07b')).toBe('a\n\\x1b]0;x\\x07b')
  })

  it('never reaches a terminal with a control character, whatever it holds', () => {
    const binary = fc.string({ unit: 'binary' })
    fc.assert(fc.property(binary, text => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(printable(text))))
    fc.assert(fc.property(binary, text => !/\p{Cc}/u.test(printableLines(text).replaceAll('\n', ''))))
  })

  it('means the same as JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const json = printableJson(JSON.stringify({ text }, null, 2))
        expect(JSON.parse(json)).toEqual({ text })
        expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  it('cannot break an error out of its line', () => {
    expect(describeError(new Error('no\nsuch \x1b[2Jfile'), false)).toBe('mri-lab: no such \\x1b[2Jfile')
  })
})
