import { describe, expect, it } from 'vitest'
import { describeError, exitCodeOf } from '../../src/cli/errors.ts'
import { LabError } from '../../src/core/shared/errors.ts'

describe('an error', () => {
  it.each([
    ['failed', 1],
    ['usage', 2],
    ['data', 3],
    ['unavailable', 4],
    ['interrupted', 130],
  ] as const)('of kind %s exits %i', (kind, code) => {
    expect(exitCodeOf(new LabError(kind, 'x'))).toBe(code)
  })

  it('that nobody expected exits 1', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(1)
    expect(exitCodeOf('thrown text')).toBe(1)
  })

  it('is one line, and with verbose its stack and causes', () => {
    const error = new LabError('data', 'scans/a.png: cannot be read', { cause: new Error('bad header') })
    expect(describeError(error, false)).toBe('mri-lab: scans/a.png: cannot be read')
    const verbose = describeError(error, true)
    expect(verbose).toMatch(/^mri-lab: scans\/a\.png: cannot be read\nLabError: /)
    expect(verbose).toContain('\ncaused by Error: bad header\n')
  })
})
