/** Pictures over Ink's frames, on a terminal that keeps its screen (xterm.js): where they come, when, and that no frame touches them. */
import { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import xterm from '@xterm/headless'
import { Box, render, Text } from 'ink'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Picture } from '../../../src/ui/components/Picture.tsx'
import { pictureTerminal } from '../../../src/ui/pictures/pictureTerminal.ts'
import type { Pixels } from '../../../src/ui/pictures/pixels.ts'
import { PicturesContext } from '../../../src/ui/pictures/usePictures.ts'
import type { PictureChoice } from '../../../src/ui/pictures/ways.ts'
import { sixelPixels } from './sixelPixels.ts'

const COLUMNS = 40
const ROWS = 12
/** What the terminal here writes where a picture's cells are, so that text over them is seen. */
const PAINT = '#'

beforeAll(() => void vi.stubEnv('INK_SCREEN_READER', 'false'))

const CELLS = { columns: 8, rows: 4 }
const SHOWN = [200, 90] as const
const plain = (value: (typeof SHOWN)[number]): Pixels => ({ width: 8, height: 8, rgb: new Uint8Array(192).fill(value) })

/** Ink on a terminal that draws pictures, of cells of 10 by 20 pixels. */
function opened(choice: PictureChoice) {
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
  const drawn: { left: number; top: number; size: string }[] = []
  let bytes = 0
  let sent = ''
  const paint = (columns: number, rows: number, size: string): boolean => {
    const { cursorX, cursorY } = screen.buffer.active
    drawn.push({ left: cursorX, top: cursorY, size })
    const lines = Array.from({ length: rows }, (_, i) => `\x1b[${cursorY + i + 1};${cursorX + 1}H${PAINT.repeat(columns)}`)
    pending += `\x1b7${lines.join('')}\x1b8`
    return true
  }
  let pending = ''
  screen.parser.registerDcsHandler({ final: 'q' }, body => {
    const { width, height } = sixelPixels(`\x1bPq${body}\x1b\\`)
    return paint(Math.ceil(width / 10), Math.ceil(height / 20), `${width}x${height}`)
  })
  screen.parser.registerOscHandler(1337, body => {
    const [, columns, rows] = /width=(\d+);height=(\d+)/.exec(body) ?? []
    return paint(Number(columns), Number(rows), `${columns}x${rows}`)
  })
  let written = Promise.resolve()
  const stdout = Object.assign(new EventEmitter(), {
    columns: COLUMNS,
    rows: ROWS,
    isTTY: true,
    write: (text: string, done?: unknown) => {
      bytes += text.length
      sent += text
      written = written
        .then(() => new Promise<void>(resolve => screen.write(text, resolve)))
        .then(() => {
          const paints = pending
          pending = ''
          return paints === '' ? undefined : new Promise<void>(resolve => screen.write(paints, resolve))
        })
      if (typeof done === 'function') done()
      return true
    },
  })
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    read: () => null,
    ref() {},
    unref() {},
    setEncoding() {},
    setRawMode() {},
  })
  const terminal = pictureTerminal({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    choice,
    colours: 2 ** 24,
    env: {},
    pid: 7,
  })
  const tree = (children: React.ReactNode) => <PicturesContext value={terminal.pictures}>{children}</PicturesContext>
  const app = render(tree(<Text> </Text>), {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    alternateScreen: true,
    interactive: true,
    incrementalRendering: true,
    patchConsole: false,
    exitOnCtrlC: false,
  })
  onTestFinished(() => app.unmount())
  const lines = (): string[] =>
    Array.from({ length: ROWS }, (_, y) => screen.buffer.active.getLine(y)?.translateToString(true) ?? '')
  const settled = async (): Promise<void> => {
    let before = -1
    while (before !== bytes) {
      before = bytes
      await wait(120)
      await written
    }
  }
  return {
    show: async (children: React.ReactNode) => {
      // Drawn before, so that what is waited for is only the screen.
      for (const value of SHOWN) await terminal.pictures.draw(plain(value), CELLS)
      app.rerender(tree(children))
      await settled()
    },
    settled,
    drawn,
    lines,
    stdout,
    screen,
    terminal,
    unmount: app.unmount,
    bytes: () => bytes,
    sent: () => sent,
  }
}

interface SceneProps {
  readonly left?: string
  readonly right?: string
  readonly pixels?: Pixels | null
  readonly above?: string
}

function Scene({ left = 'left', right = 'right', pixels = plain(200), above = 'above' }: SceneProps) {
  return (
    <Box flexDirection="column" width={COLUMNS} height={ROWS}>
      <Text>{above}</Text>
      <Box>
        <Box flexDirection="column" width={10}>
          <Text>{left}</Text>
        </Box>
        {pixels !== null && <Picture pixels={pixels} cells={CELLS} />}
        <Text> {right}</Text>
      </Box>
    </Box>
  )
}

const PICTURE = [`left      ${PAINT.repeat(8)} right`, ...Array.from({ length: 3 }, () => `          ${PAINT.repeat(8)}`)]

describe.each(['sixel', 'iterm2'] as const)('a picture by %s', choice => {
  it('is drawn in its cells, once, whatever changes around it', async () => {
    const { show, drawn, lines, bytes } = opened(choice)
    await show(<Scene />)
    expect(lines().slice(1, 5)).toEqual(PICTURE)
    expect(drawn).toEqual([{ left: 10, top: 1, size: choice === 'sixel' ? '80x80' : '8x4' }])
    const before = bytes()
    await show(<Scene left="other" right="text" above="and more" />)
    await show(<Scene left="LEFT" right="much longer text" />)
    await show(<Scene />)
    expect(lines().slice(0, 5)).toEqual(['above', ...PICTURE])
    expect(drawn).toHaveLength(1)
    expect(bytes() - before).toBeLessThan(1000)
  })

  it('gives way to text and comes again', async () => {
    const { show, drawn, lines } = opened(choice)
    await show(<Scene />)
    await show(<Scene pixels={null} />)
    expect(lines().join('\n')).not.toContain(PAINT)
    expect(lines()[1]).toBe('left       right')
    await show(<Text>{Array.from({ length: ROWS }, () => 'x'.repeat(30)).join('\n')}</Text>)
    await show(<Scene />)
    expect(lines().slice(1, 5)).toEqual(PICTURE)
    expect(lines().join('\n')).not.toContain('x')
    expect(drawn).toHaveLength(2)
  })

  it('is replaced where the text stays, moves with its box, and comes again after a hidden time', async () => {
    const { show, drawn, lines } = opened(choice)
    await show(<Scene />)
    await show(<Scene pixels={plain(90)} />)
    expect(drawn).toHaveLength(2)
    await show(<Scene pixels={plain(90)} above={'above\nand below'} />)
    expect(drawn.at(-1)).toMatchObject({ left: 10, top: 2 })
    expect(lines().slice(2, 6)).toEqual(PICTURE)
    expect(lines()[1]).toBe('and below')
    const hidden = (display: 'none' | 'flex') => (
      <Box display={display}>
        <Scene pixels={plain(90)} />
      </Box>
    )
    await show(hidden('flex'))
    await show(hidden('none'))
    expect(lines().join('\n')).not.toContain(PAINT)
    await show(hidden('flex'))
    expect(lines().slice(1, 5)).toEqual(PICTURE)
  })

  it('is drawn again after a resize, and after the terminal was given back', async () => {
    const { show, drawn, stdout, screen, terminal, settled } = opened(choice)
    await show(<Scene />)
    screen.resize(COLUMNS + 10, ROWS)
    stdout.columns = COLUMNS + 10
    stdout.emit('resize')
    await settled()
    expect(drawn.length).toBeGreaterThan(1)
    const times = drawn.length
    terminal.stdout.write('\x1b[?1049l')
    terminal.stdout.write('\x1b[?1049h')
    terminal.stdout.write('\x1b[?25l')
    expect(drawn).toHaveLength(times)
    await show(<Scene above="anew" />)
    expect(drawn).toHaveLength(times + 1)
  })
})

describe('pictures by Kitty', () => {
  it('are text, sent once, and deleted before the terminal is given back', async () => {
    const { show, sent, unmount, lines } = opened('kitty')
    const sendings = (): number => sent().split('\x1b_Ga=T').length - 1
    await show(<Scene />)
    expect(sent()).toContain('\x1b_Ga=T,U=1,')
    expect(lines()[1]).toMatch(/^left {6}(\u{10eeee}\p{Mn}{3}){8} right$/u)
    await show(<Scene left="other" />)
    await show(<Scene pixels={null} />)
    await show(<Scene />)
    expect(sendings()).toBe(SHOWN.length)
    unmount()
    expect(sent().indexOf('\x1b_Ga=d,d=I')).toBeGreaterThan(0)
    expect(sent().indexOf('\x1b_Ga=d,d=I')).toBeLessThan(sent().indexOf('\x1b[?1049l'))
  })

  it('are sent again when the terminal is had again', async () => {
    const { show, sent, terminal } = opened('kitty')
    const sendings = (): number => sent().split('\x1b_Ga=T').length - 1
    await show(<Scene />)
    terminal.stdout.write('\x1b[?1049l')
    expect(sendings()).toBe(SHOWN.length)
    terminal.stdout.write('\x1b[?1049h')
    await expect.poll(sendings, { timeout: 10_000 }).toBe(SHOWN.length + 1)
  })
})
