import { describe, expect, it } from 'vitest'
import { Circuit } from '../../../../src/core/synthesis/service/circuit.ts'
import { askedDelay, delayBefore } from '../../../../src/core/synthesis/service/patience.ts'

const always = (uniform: number) => ({ uniform: () => uniform, uint32: () => 0 })

describe('the time before the next attempt', () => {
  it('doubles from a second to a minute, less up to half', () => {
    const longest = Array.from({ length: 8 }, (_, index) => delayBefore(index + 1, null, always(0)))
    expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    expect(delayBefore(3, null, always(1))).toBe(2000)
  })

  it('is what the service asked for at least', () => {
    expect(delayBefore(1, 20_000, always(0))).toBe(20_000)
    expect(delayBefore(1, 20_000, always(1))).toBe(25_000)
    expect(delayBefore(7, 20_000, always(0))).toBe(60_000)
  })

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': ' 0.5 ' }, 500],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '-3' }, null],
    [{}, null],
  ])('%j asks for %s', (headers, milliseconds) => {
    expect(askedDelay(new Headers(headers as Record<string, string>), Date.UTC(2026, 0, 1))).toBe(milliseconds)
  })
})

describe('the circuit breaker', () => {
  const lab = () => {
    const waits: number[] = []
    let now = 0
    const wait = async (milliseconds: number): Promise<void> => {
      waits.push(milliseconds)
      now += milliseconds
    }
    return { waits, circuit: new Circuit({ now: () => now, wait }) }
  }
  const enter = (circuit: Circuit): Promise<boolean> => circuit.enter(() => false)

  it('opens after five failures in a row, lets one try after 30 s, and closes when that succeeds', async () => {
    const { circuit, waits } = lab()
    for (let failures = 0; failures < 5; failures++) {
      expect(await enter(circuit)).toBe(true)
      circuit.failed(true)
    }
    expect(waits).toEqual([])
    expect(await enter(circuit)).toBe(true)
    expect(waits).toEqual([30_000])
    let second = false
    const other = enter(circuit).then(entered => {
      second = entered
    })
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(second).toBe(false) // one tries
    circuit.succeeded()
    await other
    expect(second).toBe(true)
    expect(circuit.broken).toBe(false)
  })

  it('a success between failures keeps it closed', async () => {
    const { circuit, waits } = lab()
    for (let round = 0; round < 20; round++) {
      await enter(circuit)
      if (round % 5 === 4) circuit.succeeded()
      else circuit.failed(true)
    }
    expect(waits).toEqual([])
  })

  it('gives up after pauses of 30, 60 and 120 s', async () => {
    const { circuit, waits } = lab()
    let tries = 0
    while (await enter(circuit)) {
      tries += 1
      circuit.failed(true)
    }
    expect([tries, waits, circuit.broken]).toEqual([8, [30_000, 60_000, 120_000], true])
  })

  it('gives up at once where nothing was ever there', async () => {
    const { circuit, waits } = lab()
    while (await enter(circuit)) circuit.failed(false)
    expect([waits, circuit.broken]).toEqual([[], true])
  })
})
