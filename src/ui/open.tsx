/** Opens the lab on a terminal and gives the terminal back. */
import { type Instance, render } from 'ink'
import { App } from './app.tsx'
import { takeOwnKeys } from './keymap.ts'
import type { Lab } from './lab.ts'
import { pictureTerminal } from './pictures/pictureTerminal.ts'
import type { PictureChoice } from './pictures/ways.ts'
import { guardTerminal, type Terminal } from './terminalGuard.ts'
import type { ThemeName } from './themes.ts'

export interface OpenLabOptions {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: Terminal
  /** False: no colours. Left out: unless `NO_COLOR` is set. */
  readonly colours?: boolean
  readonly theme?: ThemeName
  /** How pictures are drawn; left out: as the terminal can best. */
  readonly pictures?: PictureChoice
  /** The user's own, by action: see `takeOwnKeys`. What is wrong with them is said on the Doctor screen and by help. */
  readonly keys?: Readonly<Record<string, readonly string[]>>
  /** Told once, when the first frame is written, how long this process has lived, in milliseconds. */
  readonly onFirstFrame?: (milliseconds: number) => void
}

/**
 * Most frames a second. A key that comes just after a frame waits for the next at most, 17 ms, which keeps its drawing under 50 ms
 * beside training. So many are drawn only while keys are held: data changes four times a second at most.
 */
const FRAMES_PER_SECOND = 60

/**
 * Resolves when the user leaves. Rejects with what ended it else: a fault, or a LabError `interrupted` after SIGTERM or SIGHUP.
 * Either way the terminal is as it was before.
 */
export function showLab(lab: Lab, options: OpenLabOptions): Promise<void> {
  const { stdin, stdout, colours = !process.env.NO_COLOR, theme = 'terminal', keys = {}, onFirstFrame } = options
  const terminal = pictureTerminal({
    stdin,
    stdout,
    choice: options.pictures ?? 'auto',
    colours: colours ? lab.colours : 1,
    env: process.env,
    pid: process.pid,
  })
  const problems = takeOwnKeys(keys)
  let untold = onFirstFrame
  let screen: Instance | null = null
  let ended = false
  return new Promise((resolve, reject) => {
    const settle = (why: unknown): void => {
      ended = true
      unguard()
      if (why === null) resolve()
      else reject(why)
    }
    const unguard = guardTerminal({ stdin, stdout, takeDown: () => screen?.unmount(), onEnd: settle })
    screen = render(<App lab={lab} colours={colours} theme={theme} problems={problems} pictures={terminal.pictures} />, {
      stdin: terminal.stdin,
      stdout: terminal.stdout,
      alternateScreen: true,
      interactive: true,
      incrementalRendering: true,
      maxFps: FRAMES_PER_SECOND,
      exitOnCtrlC: false,
      onRender: () => {
        untold?.(performance.now())
        untold = undefined
      },
    })
    // Ink reads keys by then, so that the terminal echoes nothing.
    void screen.waitUntilRenderFlush().then(() => {
      if (stdin.isRaw) terminal.ask()
    })
    screen
      .waitUntilExit()
      // A signal or a fault has given the terminal back already.
      .finally(() => (ended ? undefined : terminal.drain()))
      .then(() => settle(null), settle)
  })
}
