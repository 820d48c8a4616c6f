import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { guardTerminal, type Terminal } from '../../src/ui/terminalGuard.ts'

type Event = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'uncaughtException' | 'unhandledRejection' | 'exit'

function guarded({ takeDown = () => {} }: { takeDown?: () => void } = {}) {
  const events: string[] = []
  const stdin = Object.assign(new EventEmitter(), { isTTY: true, setRawMode: (raw: boolean) => events.push(`raw ${raw}`) })
  const stdout = Object.assign(new EventEmitter(), { write: (text: string) => events.push(text) })
  const before = (event: Event) => new Set(process.listeners(event as 'exit'))
  const known = new Map(
    (['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'exit'] as const).map(e => [e, before(e)]),
  )
  const release = guardTerminal({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as Terminal,
    takeDown: () => {
      events.push('down')
      takeDown()
    },
    onEnd: why => events.push(why === null ? 'left' : `ended: ${why.message}`),
  })
  onTestFinished(release)
  /** Calls the guard's own listeners, as the event would, and no one else's. */
  const emit = (event: Event, value: unknown): void => {
    for (const listener of process.listeners(event as 'exit'))
      if (!known.get(event)!.has(listener)) listener(value as number)
  }
  const listening = (event: Event) => process.listeners(event as 'exit').some(listener => !known.get(event)!.has(listener))
  return { events, stdin, stdout, release, emit, listening }
}

const MODES = '\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?2026l'

describe('the terminal', () => {
  it.each([
    ['SIGTERM', 'SIGTERM', 'ended: the lab was ended by SIGTERM; studies go on'],
    ['SIGHUP', 'SIGHUP', 'ended: the lab was ended by SIGHUP; studies go on'],
    ['SIGINT', 'SIGINT', 'left'],
    ['uncaughtException', new Error('a fault'), 'ended: a fault'],
    ['unhandledRejection', 'a reason', 'ended: a reason'],
  ] as const)('is restored at %s, before anyone is told', (event, value, end) => {
    const { events, emit } = guarded()
    emit(event, value)
    expect(events).toEqual(['down', 'raw false', MODES, end])
  })

  it('is restored once, whatever comes together', () => {
    const { events, emit, release } = guarded()
    emit('SIGHUP', 'SIGHUP')
    emit('SIGTERM', 'SIGTERM')
    emit('exit', 0)
    release()
    expect(events.filter(event => event === 'down')).toHaveLength(1)
    expect(events.filter(event => event.startsWith('ended'))).toHaveLength(1)
  })

  it('is left also where the screen itself cannot be taken down', () => {
    const { events, emit } = guarded({
      takeDown: () => {
        throw new Error('broken')
      },
    })
    emit('SIGTERM', 'SIGTERM')
    expect(events).toContain(`${MODES}\x1b[?1049l`)
  })

  it('is no one here when it has gone, and the lab ends', () => {
    const { events, stdout } = guarded()
    stdout.emit('error', new Error('EIO'))
    expect(events.at(-1)).toBe('ended: the terminal has gone; studies go on')
  })

  it('is guarded until the signal has been dealt with, and no longer', async () => {
    const { release, listening } = guarded()
    release()
    expect(listening('SIGTERM')).toBe(true)
    await turn()
    expect(listening('SIGTERM')).toBe(false)
    expect(listening('uncaughtException')).toBe(false)
  })
})
